import type { Delegate } from '../delegate/delegate.js';
import { originOf } from '../wire/codec.js';
import type { RequestChannel } from '../wire/fronts.js';
import type { IWireMessage, Json } from '../wire/message.js';
import { failureOf, RequestContext, type IOutlet } from './context.js';

/** The two things that can become of a request: we answer it, or the delegate does. */
export class Responder {
  readonly #outlet: IOutlet;
  readonly #delegate: Delegate;

  constructor(outlet: IOutlet, delegate: Delegate) {
    this.#outlet = outlet;
    this.#delegate = delegate;
  }

  forward(channel: RequestChannel, message: IWireMessage): void {
    this.#delegate.forward(channel, message);
  }

  /**
   * Answer a request ourselves: the one bracket of busy and idle, the one catch.
   *
   * @param make - Makes the content of the reply; null: this message has none.
   */
  async answer(
    channel: RequestChannel,
    message: IWireMessage,
    make: () => Promise<Json> | Json | null
  ): Promise<void> {
    const context = new RequestContext(this.#outlet, channel, originOf(message));
    context.status('busy');
    try {
      const content = await make();
      if (content) {
        context.reply(content);
      }
    } catch (error) {
      context.fail(failureOf(error));
    }
    context.status('idle');
  }
}
