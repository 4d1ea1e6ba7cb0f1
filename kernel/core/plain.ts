import type { Delegate } from '../delegate/delegate.js';
import type { IPlainName } from '../runs/spec.js';
import type { Json } from '../wire/message.js';

/** Milliseconds that an error waits for its hint, where plain cells are busy. */
const HINT_TIME = 300;

/** Milliseconds that a new world waits for its environment, where plain cells are busy. */
const ENVIRONMENT_TIME = 2000;

type Environment = { [name: string]: string };

/** What we ask the Python of the plain cells, unseen by clients. */
export class Plain {
  readonly #delegate: Delegate;
  #environment: Environment = {};

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
    const found = await this.#known(subshell, `name(${JSON.stringify(name)})`, HINT_TIME);
    return found as IPlainName | null;
  }

  /** Variables that plain cells have set since the start; where they are busy, those of before. */
  async environment(subshell: string): Promise<Environment> {
    const known = await this.#known(subshell, 'environment()', ENVIRONMENT_TIME);
    return (this.#environment = (known as Environment | null) ?? this.#environment);
  }

  /** What a function of `rankbook/plain.py` says; null where it says nothing in this time. */
  async #known(subshell: string, call: string, time: number): Promise<unknown> {
    const expression = `__import__('rankbook.plain', fromlist=['*']).${call}`;
    const late = new Promise<Json>(resolve => setTimeout(resolve, time, {}).unref());
    const { known } = await Promise.race([this.evaluate(subshell, { known: expression }), late]);
    return JSON.parse(textOf(known) || 'null');
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
