import type { RequestChannel } from '../wire/fronts.js';
import type { Frames, IOrigin, Json } from '../wire/message.js';
import type { Session } from '../wire/session.js';

/** Where messages to clients go. */
export interface IOutlet {
  readonly session: Session;
  send(channel: RequestChannel, frames: Frames): void;
  publish(frames: Frames): void;
  /** An idle status has been published, perhaps while a cell of ours runs. */
  onIdle(): void;
}

/** What a failed request answers, and what an `error` output says. */
export interface IFailure {
  ename: string;
  evalue: string;
  traceback: string[];
}

export type ExecutionState = 'busy' | 'idle';

/**
 * One request: whoever has it can answer it and publish in its name, at any time, also after
 * it has ended. There is no current request anywhere.
 */
export class RequestContext {
  readonly channel: RequestChannel;
  readonly origin: IOrigin;
  readonly #outlet: IOutlet;

  constructor(outlet: IOutlet, channel: RequestChannel, origin: IOrigin) {
    this.#outlet = outlet;
    this.channel = channel;
    this.origin = origin;
  }

  get id(): string {
    return this.origin.header.msg_id;
  }

  publish(msgType: string, content: object, metadata?: Json): void {
    publish(this.#outlet, msgType, content, this.origin, metadata);
  }

  status(state: ExecutionState): void {
    this.publish('status', { execution_state: state });
    if (state === 'idle') {
      this.#outlet.onIdle();
    }
  }

  reply(content: object, metadata?: Json): void {
    const { ids, header } = this.origin;
    const msgType = header.msg_type.replace(/_request$/, '') + '_reply';
    this.#outlet.send(
      this.channel,
      this.#outlet.session.message(msgType, content, { ids, parent: this.origin, metadata })
    );
  }

  fail(failure: IFailure, metadata?: Json): void {
    this.reply({ status: 'error', ...failure }, { ...metadata, status: 'error' });
  }
}

/** Publish on IOPub, the message's type as topic. */
export function publish(
  outlet: IOutlet,
  msgType: string,
  content: object,
  parent: IOrigin | null,
  metadata?: Json
): void {
  const ids = [Buffer.from(msgType)];
  outlet.publish(outlet.session.message(msgType, content, { ids, parent, metadata }));
}

/** An unforeseen error, as a failure for clients. */
export function failureOf(error: unknown): IFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}
