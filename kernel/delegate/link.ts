import { Dealer, Subscriber } from 'zeromq';
import { CHANNELS, type Channel } from '../wire/connection.js';
import { decode } from '../wire/codec.js';
import type { RequestChannel } from '../wire/fronts.js';
import type { Frames, IWireMessage } from '../wire/message.js';
import { SendQueue } from '../wire/socket.js';

/** Requests that may wait for the delegate before we stop reading the client's, bytes. */
const MAX_WAITING = 64 << 20;

const RECONNECT = { reconnectInterval: 10, reconnectMaxInterval: 50 };

export interface ILinkHandlers {
  /** A message of the delegate on a request channel: a reply or an input request. */
  onReply(channel: RequestChannel, message: IWireMessage): void;
  /** IOPub; the next one is read when the promise has resolved. */
  onPublish(message: IWireMessage): Promise<void> | void;
  log: (text: string) => void;
}

/**
 * Sockets to one delegate process. What is sent waits until its IOPub is known to reach us,
 * so that no output is lost.
 */
export class Link {
  readonly #handlers: ILinkHandlers;
  readonly #dealers: { readonly [channel in RequestChannel]: Dealer };
  readonly #queues: { readonly [channel in RequestChannel]: SendQueue };
  readonly #iopub: Subscriber;

  constructor(path: string, handlers: ILinkHandlers) {
    this.#handlers = handlers;
    const endpoint = (channel: Channel): string => `ipc://${path}-${CHANNELS.indexOf(channel) + 1}`;
    // The delegate sends input requests to the identity that asked on shell: the same one.
    const dealer = (channel: RequestChannel): Dealer => {
      const socket = new Dealer({ routingId: 'rankbook', linger: 0, ...RECONNECT });
      socket.receiveHighWaterMark = 0;
      socket.connect(endpoint(channel));
      return socket;
    };
    this.#dealers = { shell: dealer('shell'), control: dealer('control'), stdin: dealer('stdin') };
    const queue = (channel: RequestChannel): SendQueue =>
      new SendQueue(
        this.#dealers[channel],
        error => handlers.log(`delegate ${channel}: can not send: ${error.message}`),
        true
      );
    this.#queues = { shell: queue('shell'), control: queue('control'), stdin: queue('stdin') };
    this.#iopub = new Subscriber({ receiveHighWaterMark: 0, linger: 0, ...RECONNECT });
    this.#iopub.connect(endpoint('iopub'));
    this.#iopub.subscribe();
    void this.#listen();
    void this.#receive('shell');
    void this.#receive('control');
    void this.#receive('stdin');
  }

  send(channel: RequestChannel, frames: Frames): void {
    this.#queues[channel].send(frames);
  }

  /** Resolves when the delegate's queue of this channel is short enough to go on. */
  ready(channel: RequestChannel): Promise<void> {
    return this.#queues[channel].below(MAX_WAITING);
  }

  close(): void {
    Object.values(this.#dealers).forEach(socket => socket.close());
    this.#iopub.close();
    Object.values(this.#queues).forEach(queue => queue.drop());
  }

  async #receive(channel: RequestChannel): Promise<void> {
    for await (const frames of this.#dealers[channel]) {
      await this.#handle(channel, frames, message => this.#handlers.onReply(channel, message));
    }
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#iopub) {
      await this.#handle('iopub', frames, message => {
        if (message.header.msg_type !== 'iopub_welcome') {
          return this.#handlers.onPublish(message);
        }
        Object.values(this.#queues).forEach(queue => queue.resume());
      });
    }
  }

  /** Python code can send what it likes over the delegate's sockets: it must not end us. */
  async #handle(
    channel: Channel,
    frames: Frames,
    handle: (message: IWireMessage) => Promise<void> | void
  ): Promise<void> {
    try {
      await handle(decode(frames));
    } catch (error) {
      this.#handlers.log(`delegate ${channel}: ${(error as Error).message}`);
    }
  }
}
