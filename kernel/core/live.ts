import { COMM_TARGET, type KernelMessage, type PageMessage } from '../../src/protocol/index.js';
import type { ILivePort } from '../runs/spec.js';
import type { Json } from '../wire/message.js';
import { publish, type IOutlet } from './context.js';

/** What the pages ask for. */
export interface ILiveSource {
  /** The run as it is now, or that it is gone. */
  attach(id: string): KernelMessage;
  /** What is recorded of its MPI calls. */
  record(id: string): KernelMessage;
  active(): { id: string; cellId?: string }[];
}

interface IPage {
  commId: string;
  /** Session of the client that opened it. */
  client: string;
}

/**
 * The comms of target {@link COMM_TARGET}, one a page. A page that is reloaded or closed does
 * not say so, thus no more comms are kept than IOPub has subscribers: those heard last. One
 * that was dropped by mistake is told by comm_close and opens again.
 */
export class LiveComms implements ILivePort {
  readonly #outlet: IOutlet;
  readonly #source: ILiveSource;
  /** Ordered by when their client was last heard, the latest last. */
  #pages: IPage[] = [];

  constructor(outlet: IOutlet, source: ILiveSource) {
    this.#outlet = outlet;
    this.#source = source;
  }

  get attached(): boolean {
    return this.#pages.length > 0;
  }

  send(message: KernelMessage): void {
    this.#pages.forEach(page => this.#tell(page, message));
  }

  owns(commId: unknown): boolean {
    return this.#pages.some(page => page.commId === commId);
  }

  open(commId: string, client: string): void {
    const page = { commId, client };
    this.#pages = [...this.#pages.filter(other => other.commId !== commId), page];
    this.#tell(page, { type: 'runs', runs: this.#source.active() });
  }

  receive(commId: string, data: Json): void {
    const page = this.#pages.find(other => other.commId === commId);
    const message = data as Partial<PageMessage>;
    if (!page || typeof message.id !== 'string') {
      return;
    }
    if (message.type === 'attach') {
      this.#tell(page, this.#source.attach(message.id));
    } else if (message.type === 'record') {
      this.#tell(page, this.#source.record(message.id));
    }
  }

  close(commId: string): void {
    this.#pages = this.#pages.filter(page => page.commId !== commId);
  }

  /** Any request of this client: its page lives. */
  heard(client: string): void {
    const last = this.#pages.at(-1);
    if (this.#pages.length > 1 && last?.client !== client) {
      const mine = this.#pages.filter(page => page.client === client);
      this.#pages = [...this.#pages.filter(page => page.client !== client), ...mine];
    }
  }

  onSubscribers(count: number): void {
    const surplus = Math.max(0, this.#pages.length - Math.max(count, 0));
    for (const page of this.#pages.splice(0, surplus)) {
      publish(this.#outlet, 'comm_close', { comm_id: page.commId, data: {} }, null);
    }
  }

  /** For comm_info_reply. */
  info(): { [commId: string]: { target_name: string } } {
    return Object.fromEntries(this.#pages.map(page => [page.commId, { target_name: COMM_TARGET }]));
  }

  #tell(page: IPage, data: KernelMessage): void {
    publish(this.#outlet, 'comm_msg', { comm_id: page.commId, data }, null);
  }
}
