import type { Delegate } from '../delegate/delegate.js';
import type { IPlainName } from '../runs/spec.js';
import type { Json } from '../wire/message.js';

/** Milliseconds that an error waits for its hint, where plain cells are busy. */
const HINT_TIME = 300;

/** What we ask the Python of the plain cells, unseen by clients. */
export class Plain {
  readonly #delegate: Delegate;

  constructor(delegate: Delegate) {
    this.#delegate = delegate;
  }

  /** Working directory of the plain cells: `%cd` there holds for ranks too. */
  async directory(subshell: string): Promise<string> {
    const known = this.#delegate.cwd;
    if (known !== null) {
      return known;
    }
    // As bytes: the text of a list of numbers is JSON as well.
    const expression = "list(__import__('os').fsencode(__import__('os').getcwd()))";
    const { bytes } = await this.evaluate(subshell, { bytes: expression });
    const text = textOf(bytes);
    return text ? Buffer.from(JSON.parse(text) as number[]).toString() : process.cwd();
  }

  /** How plain cells have set a name; null where they have not, or are busy. */
  async name(subshell: string, name: string): Promise<IPlainName | null> {
    const call = `__import__('rankbook.plain', fromlist=['*']).name(${JSON.stringify(name)})`;
    const late = new Promise<Json>(resolve => setTimeout(resolve, HINT_TIME, {}).unref());
    const { found } = await Promise.race([this.evaluate(subshell, { found: call }), late]);
    return JSON.parse(textOf(found) || 'null') as IPlainName | null;
  }

  /** Expressions of Python, evaluated in the delegate: their results as in execute_reply. */
  async evaluate(subshell: string, expressions: Json): Promise<Json> {
    if (Object.keys(expressions).length === 0) {
      return {};
    }
    const request = {
      code: '',
      silent: true,
      store_history: false,
      user_expressions: expressions,
      allow_stdin: false
    };
    try {
      const reply = await this.#delegate.ask('shell', 'execute_request', request, subshell || null);
      return (reply['user_expressions'] as Json | undefined) ?? {};
    } catch {
      // The delegate has died meanwhile, which it tells the user itself.
      return {};
    }
  }
}

/** Python that calls into our IPython extension, whatever the user has named or deleted. */
export function fromExtension(call: string): string {
  return `__import__('rankbook.delegate', fromlist=['*']).${call}`;
}

/** The text of a result, empty where there is none. */
export function textOf(result: unknown): string {
  const data = (result as { data?: { 'text/plain'?: string } } | undefined)?.data;
  return data?.['text/plain'] ?? '';
}
