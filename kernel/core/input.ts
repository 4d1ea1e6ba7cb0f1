import { parentIdOf } from '../wire/codec.js';
import type { Frames, IOrigin, IWireMessage } from '../wire/message.js';
import type { Session } from '../wire/session.js';

interface IQuestion {
  id: string;
  client: string;
  answer(value: string): void;
}

/**
 * Input requests of our cells on the stdin channel, one at a time: front ends show one box.
 */
export class InputBroker {
  readonly #session: Session;
  readonly #send: (frames: Frames) => void;
  #question: IQuestion | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(session: Session, send: (frames: Frames) => void) {
    this.#session = session;
    this.#send = send;
  }

  /** Ask the client that sent `origin`; rejects with the signal's reason when it aborts. */
  ask(origin: IOrigin, prompt: string, password: boolean, signal: AbortSignal): Promise<string> {
    const answer = this.#turn.then(() => this.#ask(origin, prompt, password, signal));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  /** True where the message answered a question of ours; else it is the delegate's. */
  onReply(message: IWireMessage, value: string): boolean {
    const question = this.#question;
    if (!question || question.client !== clientOf(message.ids)) {
      return false;
    }
    // jupyter_client's input() names no request; JupyterLab does.
    const parentId = parentIdOf(message);
    if (parentId && parentId !== question.id) {
      return false;
    }
    question.answer(value);
    return true;
  }

  #ask(origin: IOrigin, prompt: string, password: boolean, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const header = this.#session.header('input_request');
      const end = (): void => {
        this.#question = null;
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort);
      this.#question = {
        id: header.msg_id,
        client: clientOf(origin.ids),
        answer: value => {
          end();
          resolve(value);
        }
      };
      this.#send(
        this.#session.pack(header, { prompt, password }, { ids: origin.ids, parent: origin })
      );
    });
  }
}

function clientOf(ids: Frames): string {
  return ids.map(id => id.toString('hex')).join('/');
}
