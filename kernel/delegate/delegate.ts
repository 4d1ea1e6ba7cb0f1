import { readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentOf, originOf, parentIdOf } from '../wire/codec.js';
import { CHANNELS, ipcConnectionFile } from '../wire/connection.js';
import type { RequestChannel } from '../wire/fronts.js';
import type { IWireMessage, Json } from '../wire/message.js';
import type { Session } from '../wire/session.js';
import { HiddenRequests } from './hidden.js';
import { Link } from './link.js';
import { PendingRequests, type IPending } from './pending.js';
import { startDelegate, type IDelegateExit, type IDelegateProcess } from './process.js';

/** Deaths within {@link DEATH_WINDOW} after which the delegate is not started again. */
const MAX_DEATHS = 3;
const DEATH_WINDOW = 60_000;

/** How long a delegate may take to leave when asked, milliseconds, before it is killed. */
const LEAVE_TIME = 1200;

/** How long it may take before that to answer what we have asked it, milliseconds. */
const BOOKING_TIME = 400;

export interface IDelegateHandlers {
  onReply(channel: RequestChannel, message: IWireMessage): void;
  /** @param idle - It is the status message that ends a request. */
  onPublish(message: IWireMessage, idle: boolean): Promise<void> | void;
  /**
   * It died by itself; `unanswered` are the requests that it owes an answer, and the session
   * is a new one. `final`: it keeps dying and is not started again.
   */
  onDeath(exit: IDelegateExit, unanswered: IPending[], final: boolean): void;
  /** A new process answers; called after each start. */
  onReady: () => void;
  log: (text: string) => void;
}

export interface IDelegateOptions {
  python: string;
  /** Further ones, for ipykernel. */
  arguments: string[];
  env: NodeJS.ProcessEnv;
  /** Private directory for the connection file and the sockets. */
  directory: string;
  key: string;
  session: Session;
  /** Requests to send first to each new process: its set-up. */
  setUp(ask: (msgType: string, content: object) => Promise<Json>): Promise<void>;
}

/** The ipykernel that runs the plain cells, started again in place when it dies. */
export class Delegate {
  readonly #options: IDelegateOptions;
  readonly #handlers: IDelegateHandlers;
  readonly #pending = new PendingRequests();
  readonly #hidden: HiddenRequests;
  #process: IDelegateProcess | null = null;
  #link: Link | null = null;
  #incarnation = 0;
  #deaths: number[] = [];
  #leaving = false;

  constructor(options: IDelegateOptions, handlers: IDelegateHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#hidden = new HiddenRequests(options.session, (channel, frames) =>
      this.#link?.send(channel, frames)
    );
  }

  start(): void {
    const path = join(this.#options.directory, `delegate${++this.#incarnation}`);
    const connectionFile = `${path}.json`;
    writeFileSync(connectionFile, ipcConnectionFile(path, this.#options.key), { mode: 0o600 });
    const link = new Link(path, {
      onReply: (channel, message) => this.#onReply(channel, message),
      onPublish: message => this.#onPublish(message),
      log: this.#handlers.log
    });
    const child = startDelegate({
      python: this.#options.python,
      arguments: this.#options.arguments,
      connectionFile,
      session: this.#options.session.id,
      env: this.#options.env
    });
    this.#link = link;
    this.#process = child;
    void child.exited.then(exit => {
      link.close();
      rmSync(connectionFile, { force: true });
      CHANNELS.forEach((_, index) => rmSync(`${path}-${index + 1}`, { force: true }));
      this.#onExit(exit);
    });
    this.#options
      .setUp((msgType, content) => this.ask('shell', msgType, content))
      .then(this.#handlers.onReady, (error: Error) => {
        if (this.#process === child) {
          this.#handlers.log(`delegate: set-up failed: ${error.message}`);
        }
      });
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Execute requests of clients that it is carrying out. */
  get executing(): number {
    return this.#pending.executing;
  }

  /** True while it owes a client an answer: something of a client's may be running in it. */
  get busy(): boolean {
    return !this.#pending.empty;
  }

  /** Its working directory, where the system tells it. */
  get cwd(): string | null {
    try {
      return readlinkSync(`/proc/${this.pid}/cwd`);
    } catch {
      return null;
    }
  }

  /**
   * Pass on a client's message unchanged.
   *
   * @param settled - For execute requests: called when both reply and idle have come; not
   *   called when the delegate dies before.
   */
  forward(channel: RequestChannel, message: IWireMessage, settled?: () => void): void {
    if (channel !== 'stdin') {
      this.#pending.add({ channel, origin: originOf(message) }, settled);
    }
    this.#link?.send(channel, message.frames);
  }

  /** Resolves when a client's next message may be read. */
  async ready(channel: RequestChannel): Promise<void> {
    await this.#link?.ready(channel);
  }

  /** A request that it is carrying out for a client. */
  pending(id: string): IPending | undefined {
    return this.#pending.get(id);
  }

  /**
   * A request of our own, unseen by clients.
   *
   * @throws DelegateError where it dies before it has answered
   */
  ask(
    channel: RequestChannel,
    msgType: string,
    content: object,
    subshell: string | null = null
  ): Promise<Json> {
    return this.#hidden.ask(channel, msgType, content, subshell);
  }

  /**
   * Pass on a client's shutdown request; resolves when no process is left. First it stores
   * the cells that ran on ranks in its history.
   */
  async leave(message: IWireMessage): Promise<void> {
    this.#leaving = true;
    const late = new Promise(resolve => setTimeout(resolve, BOOKING_TIME).unref());
    await Promise.race([this.#hidden.answered(), late]);
    this.forward('control', message);
    const child = this.#process;
    if (!child) {
      return;
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), LEAVE_TIME);
    await child.exited;
    clearTimeout(timer);
  }

  /** End it at once; resolves when no process is left. */
  async kill(): Promise<void> {
    this.#leaving = true;
    this.#process?.kill('SIGKILL');
    await this.#process?.exited;
  }

  #onReply(channel: RequestChannel, message: IWireMessage): void {
    const parentId = parentIdOf(message);
    if (message.ids.length === 0) {
      this.#hidden.onReply(parentId, contentOf(message));
      return;
    }
    this.#handlers.onReply(channel, message);
    if (channel !== 'stdin') {
      this.#pending.onReply(parentId);
    }
  }

  async #onPublish(message: IWireMessage): Promise<void> {
    const parentId = parentIdOf(message);
    const idle =
      message.header.msg_type === 'status' && contentOf(message)['execution_state'] === 'idle';
    if (this.#hidden.owns(parentId)) {
      if (idle) {
        this.#hidden.onIdle(parentId);
      }
      return;
    }
    await this.#handlers.onPublish(message, idle);
    if (idle) {
      this.#pending.onIdle(parentId);
    }
  }

  #onExit(exit: IDelegateExit): void {
    this.#process = null;
    this.#link = null;
    this.#hidden.fail('the Python process of the plain cells has ended');
    if (this.#leaving) {
      return;
    }
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter(time => now - time < DEATH_WINDOW), now];
    const final = this.#deaths.length >= MAX_DEATHS;
    this.#options.session.renew();
    this.#handlers.onDeath(exit, this.#pending.drain(), final);
    if (!final) {
      this.start();
    }
  }
}
