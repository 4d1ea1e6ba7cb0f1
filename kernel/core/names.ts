import type { Delegate } from '../delegate/delegate.js';
import { isCompleteCell } from '../magics/index.js';
import { contentOf } from '../wire/codec.js';
import type { IWireMessage, Json } from '../wire/message.js';
import type { Cells } from './cells.js';
import { completeOurs, inspectOurs, type INameSources } from './completion.js';
import type { Responder } from './responder.js';
import type { IRunner } from './runner.js';

export interface INamesParts {
  responder: Responder;
  delegate: Delegate;
  cells: Cells;
  runner: IRunner;
}

/**
 * Requests of the editor about a cell: completion, inspection, whether it is complete. They
 * do not hold up what the client sends next, whoever has to be asked.
 */
export class Names {
  readonly #parts: INamesParts;

  constructor(parts: INamesParts) {
    this.#parts = parts;
  }

  complete(message: IWireMessage): void {
    const { code, cursor_pos } = contentOf(message) as { code: string; cursor_pos: number };
    const { cells, runner } = this.#parts;
    this.#answer(
      message,
      completeOurs(code, cursor_pos, cells.automatic, {
        rank: (body, at) => runner.complete(body, at),
        delegate: this.#delegateNames(message, {})
      })
    );
  }

  inspect(message: IWireMessage): void {
    const content = contentOf(message) as { code: string; cursor_pos: number };
    const detail = (content as { detail_level?: unknown }).detail_level === 1 ? 1 : 0;
    const { cells, runner } = this.#parts;
    this.#answer(
      message,
      inspectOurs(content.code, content.cursor_pos, cells.automatic, {
        rank: (body, at) => runner.inspect(body, at, detail),
        delegate: this.#delegateNames(message, { detail_level: detail })
      })
    );
  }

  isComplete(message: IWireMessage): void {
    const { code } = contentOf(message) as { code: string };
    const answer = isCompleteCell(code);
    this.#answer(message, answer && Promise.resolve({ ...answer }));
  }

  #answer(message: IWireMessage, answer: Promise<Json> | null): void {
    const { responder } = this.#parts;
    if (answer) {
      void responder.answer('shell', message, () => answer);
    } else {
      responder.forward('shell', message);
    }
  }

  /** The same question about other code, to the delegate, in the request's subshell. */
  #delegateNames(message: IWireMessage, rest: Json): INameSources['delegate'] {
    const { msg_type, subshell_id } = message.header;
    return (code, cursor_pos) =>
      this.#parts.delegate.ask(
        'shell',
        msg_type,
        { code, cursor_pos, ...rest },
        subshell_id ?? null
      );
  }
}
