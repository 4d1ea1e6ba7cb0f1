import { Router } from 'zeromq';
import type {
  AgentSync,
  ControlReport,
  ControlRequest,
  WorkReport,
  WorkRequest
} from '../../src/protocol/index.js';
import { SendQueue } from '../wire/socket.js';
import { sameToken } from './hello.js';

/** A world whose agents may speak. */
export interface IAgentOwner {
  readonly token: string;
  onHello(rank: number, pid: number): void;
  onReport(rank: number, report: WorkReport | ControlReport, payload: Uint8Array): void;
}

/** The ROUTER of all agents; see `src/protocol/frames.ts`. */
export class AgentRouter {
  readonly #socket: Router;
  readonly #queue: SendQueue;
  readonly #owners = new Map<string, IAgentOwner>();
  /** Identities that have shown the token of their world. */
  readonly #known = new Set<string>();
  readonly #log: (message: string) => void;
  #ended: Promise<void> = Promise.resolve();

  constructor(log: (message: string) => void) {
    this.#log = log;
    this.#socket = new Router({
      mandatory: true,
      sendTimeout: 0,
      sendHighWaterMark: 0,
      receiveHighWaterMark: 0,
      linger: 0
    });
    // EHOSTUNREACH: the rank is gone, and its world is told so in another way.
    this.#queue = new SendQueue(this.#socket, error => {
      if ((error as NodeJS.ErrnoException).code !== 'EHOSTUNREACH') {
        log(`a message to a rank could not be sent: ${error.message}`);
      }
    });
  }

  async bind(endpoint: string): Promise<void> {
    await this.#socket.bind(endpoint);
    this.#ended = this.#receive();
  }

  add(world: string, owner: IAgentOwner): void {
    this.#owners.set(world, owner);
  }

  remove(world: string): void {
    this.#owners.delete(world);
    for (const identity of this.#known) {
      if (identity.startsWith(`${world}/`)) {
        this.#known.delete(identity);
      }
    }
  }

  sendWork(world: string, rank: number, request: WorkRequest, payload?: Uint8Array): void {
    this.#send(`${world}/${rank}/work`, request, payload);
  }

  sendControl(world: string, rank: number, request: ControlRequest): void {
    this.#send(`${world}/${rank}/control`, request);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.#ended;
  }

  #send(identity: string, header: object, payload?: Uint8Array): void {
    this.#queue.send([
      Buffer.from(identity),
      Buffer.from(JSON.stringify(header)),
      payload ? Buffer.from(payload) : Buffer.alloc(0)
    ]);
  }

  async #receive(): Promise<void> {
    for await (const [identity, header, payload] of this.#socket) {
      if (identity && header && payload) {
        this.#handle(identity.toString('latin1'), header, payload);
      }
    }
  }

  /** What one rank says must not make us deaf to all the others. */
  #handle(identity: string, header: Buffer, payload: Buffer): void {
    try {
      this.#onMessage(identity, header, payload);
    } catch (error) {
      this.#log(`a message of ${JSON.stringify(identity)} failed: ${(error as Error).message}`);
    }
  }

  #onMessage(identity: string, header: Buffer, payload: Buffer): void {
    const [world, rank] = identity.split('/');
    const owner = this.#owners.get(world ?? '');
    if (owner === undefined) {
      return;
    }
    const report = JSON.parse(header.toString()) as WorkReport | ControlReport | AgentSync;
    if (report.type === 'hello') {
      if (typeof report.token === 'string' && sameToken(report.token, owner.token)) {
        this.#known.add(identity);
        owner.onHello(Number(rank), report.pid);
      }
    } else if (!this.#known.has(identity)) {
      return;
    } else if (report.type === 'sync') {
      // All that came before it has been taken in.
      this.#send(identity, { type: 'synced', run: report.run });
    } else {
      owner.onReport(Number(rank), report, payload);
    }
  }
}
