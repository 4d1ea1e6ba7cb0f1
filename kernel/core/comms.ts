import { COMM_TARGET } from '../../src/protocol/index.js';
import { contentOf } from '../wire/codec.js';
import type { RequestChannel } from '../wire/fronts.js';
import type { IWireMessage, Json } from '../wire/message.js';
import { mergeCommInfo } from './info.js';
import type { LiveComms } from './live.js';
import type { Responder } from './responder.js';

/** Comm messages: those of our own target are ours, on whatever subshell they come. */
export class CommRequests {
  readonly #responder: Responder;
  readonly #live: LiveComms;
  /** comm_info_requests that ask for another target than ours. */
  readonly #foreign = new Set<string>();

  constructor(responder: Responder, live: LiveComms) {
    this.#responder = responder;
    this.#live = live;
  }

  open(message: IWireMessage): Promise<void> | void {
    const { target_name, comm_id } = contentOf(message);
    if (target_name !== COMM_TARGET || typeof comm_id !== 'string') {
      return this.#responder.forward('shell', message);
    }
    return this.#responder.answer('shell', message, () => {
      this.#live.open(comm_id, message.header.session);
      return null;
    });
  }

  receive(message: IWireMessage): Promise<void> | void {
    return this.#act(message, (id, data) => this.#live.receive(id, data));
  }

  close(message: IWireMessage): Promise<void> | void {
    return this.#act(message, id => this.#live.close(id));
  }

  /** The delegate knows its comms; ours are added to its reply. */
  info(channel: RequestChannel, message: IWireMessage): void {
    const target = contentOf(message)['target_name'];
    if (target !== undefined && target !== null && target !== COMM_TARGET) {
      this.#foreign.add(message.header.msg_id);
    }
    this.#responder.forward(channel, message);
  }

  patchInfo(content: Json, requestId: string): Json {
    return this.#foreign.delete(requestId) ? content : mergeCommInfo(content, this.#live.info());
  }

  #act(message: IWireMessage, act: (id: string, data: Json) => void): Promise<void> | void {
    const { comm_id, data } = contentOf(message);
    if (typeof comm_id !== 'string' || !this.#live.owns(comm_id)) {
      return this.#responder.forward('shell', message);
    }
    return this.#responder.answer('shell', message, () => {
      act(comm_id, (data as Json | undefined) ?? {});
      return null;
    });
  }
}
