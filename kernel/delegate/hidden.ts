import type { RequestChannel } from '../wire/fronts.js';
import type { Frames, Json } from '../wire/message.js';
import type { Session } from '../wire/session.js';

/** The delegate did not answer a request of ours: it died, or took too long. */
export class DelegateError extends Error {
  override name = 'DelegateError';
}

interface IWaiting {
  resolve(content: Json): void;
  reject(error: DelegateError): void;
}

/**
 * Requests of our own to the delegate. They carry no client identity, which is how their
 * replies are recognised; what they cause on IOPub is for nobody.
 */
export class HiddenRequests {
  readonly #session: Session;
  readonly #send: (channel: RequestChannel, frames: Frames) => void;
  readonly #waiting = new Map<string, IWaiting>();
  /** Ids whose idle status has not come yet. */
  readonly #open = new Set<string>();
  readonly #empty: (() => void)[] = [];

  constructor(session: Session, send: (channel: RequestChannel, frames: Frames) => void) {
    this.#session = session;
    this.#send = send;
  }

  /**
   * @param subshell - Ask in this subshell; the main one where null.
   * @throws DelegateError
   */
  ask(
    channel: RequestChannel,
    msgType: string,
    content: object,
    subshell: string | null = null
  ): Promise<Json> {
    const header = this.#session.header(msgType);
    if (subshell !== null) {
      header.subshell_id = subshell;
    }
    this.#open.add(header.msg_id);
    this.#send(channel, this.#session.pack(header, content));
    return new Promise((resolve, reject) => {
      this.#waiting.set(header.msg_id, { resolve, reject });
    });
  }

  /** Resolves when all have been answered, or will never be. */
  async answered(): Promise<void> {
    while (this.#waiting.size > 0) {
      await new Promise<void>(resolve => this.#empty.push(resolve));
    }
  }

  /** True where a message with this parent is not for clients. */
  owns(parentId: string): boolean {
    return this.#open.has(parentId);
  }

  onIdle(parentId: string): void {
    this.#open.delete(parentId);
  }

  onReply(parentId: string, content: Json): void {
    this.#waiting.get(parentId)?.resolve(content);
    this.#waiting.delete(parentId);
    this.#tellEmpty();
  }

  /** The delegate is gone: nothing will be answered. */
  fail(why: string): void {
    this.#waiting.forEach(waiting => waiting.reject(new DelegateError(why)));
    this.#waiting.clear();
    this.#open.clear();
    this.#tellEmpty();
  }

  #tellEmpty(): void {
    if (this.#waiting.size === 0) {
      this.#empty.splice(0).forEach(resolve => resolve());
    }
  }
}
