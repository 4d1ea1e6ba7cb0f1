import type { Socket } from 'node:net';
import type {
  ControlReport,
  ControlRequest,
  StreamName,
  WorkReport,
  WorkRequest
} from '../../src/protocol/index.js';
import { describeEnd, type IProcessEnd } from '../launch/ends.js';
import type { ILaunched, ILauncher, ILaunchEvents } from '../launch/launcher.js';
import type { AgentRouter, IAgentOwner } from './agents.js';
import { Backlog } from './backlog.js';
import { Changes } from './changes.js';
import { newToken, type IStreamHello } from './hello.js';
import { ProcessManager } from './manager.js';
import { Rank } from './rank.js';
import type { IStreamOwner, StreamListener } from './streams.js';
import { WorldError, type IWorld, type IWorldListener, type WorldState } from './world.js';

/** Milliseconds that ranks have to leave by themselves when the world is stopped. */
const STOP_GRACE = 500;

/** Characters of a rank's text in a message that it did not start. */
const LAST_WORDS = 2000;

export interface ILiveWorldOptions {
  id: string;
  name: string;
  size: number;
  nodes: number;
  layer: boolean;
  env: { [name: string]: string };
  cwd: string;
  exec: string[] | null;
  launcher: ILauncher;
  streams: StreamListener;
  agents: AgentRouter;
  /** Of MPI_Publish_name. */
  serviceNames: Map<string, string>;
}

/** After a run with one of these ends its messages may still be under way. */
const UNCLEAN = new Set(['error', 'interrupted', 'deadlock', 'abort']);

/** A world of real processes. */
export class LiveWorld implements IWorld, IStreamOwner, IAgentOwner, ILaunchEvents {
  readonly token = newToken();
  readonly started = new Date();
  runs = 0;
  readonly #options: ILiveWorldOptions;
  readonly #mark = newToken();
  readonly #ranks: Rank[];
  readonly #backlogs: Backlog[];
  readonly #manager: ProcessManager;
  readonly #changes = new Changes();
  #launched: ILaunched | null = null;
  #listener: IWorldListener | null = null;
  #stopping: Promise<void> | null = null;
  #abort: { rank: number; code: number } | null = null;
  #failure: string | null = null;
  /** Ranks that have not answered `recover`; null where no answer is awaited. */
  #recovering: Set<number> | null = null;
  /** The last run went wrong: its messages may still be under way. */
  #unclean = false;
  /** What a rank said last before it was ready. */
  #lastWords = '';
  #notices: string[] = [];

  constructor(options: ILiveWorldOptions) {
    this.#options = options;
    const ranks = Array.from({ length: options.size }, (_, rank) => rank);
    this.#backlogs = ranks.map(() => new Backlog());
    this.#ranks = ranks.map(
      rank =>
        new Rank(this.#mark, {
          text: (stream, text, epoch) => this.#onText(rank, stream, text, epoch),
          epoch: epoch => this.#listener?.onEpoch(rank, epoch)
        })
    );
    this.#manager = new ProcessManager({
      size: options.size,
      nodes: options.nodes,
      names: options.serviceNames,
      onAbort: (rank, code) => this.#onAbort(rank, code)
    });
  }

  get id(): string {
    return this.#options.id;
  }

  get name(): string {
    return this.#options.name;
  }

  get size(): number {
    return this.#options.size;
  }

  get nodes(): number {
    return this.#options.nodes;
  }

  get layer(): boolean {
    return this.#options.layer;
  }

  get engine(): 'local' | 'mpiexec' {
    return this.#options.launcher.engine;
  }

  get env(): { [name: string]: string } {
    return this.#options.env;
  }

  get state(): WorldState {
    if (this.#ranks.every(rank => rank.exit !== null)) {
      return 'gone';
    }
    if (this.#stopping) {
      return 'stopping';
    }
    if (!this.#hasStarted) {
      return 'starting';
    }
    return this.#listener ? 'running' : 'idle';
  }

  get notices(): string[] {
    return [...new Set(this.#notices)];
  }

  /** Add to the notices of this acquisition. */
  notice(text: string): void {
    this.#notices.push(text);
  }

  get pids(): number[] {
    return this.#ranks.flatMap(rank => (rank.pid !== null && !rank.exit ? [rank.pid] : []));
  }

  /** Why this world can not carry out another run, in words; null where it can. */
  get loss(): string | null {
    if (this.#failure !== null) {
      return this.#failure;
    }
    if (this.#ranks.every(({ exit }) => exit === null)) {
      return null;
    }
    // Those that we have ended are no cause but a consequence.
    const rank = this.#ranks.findIndex(({ exit, killed }) => exit !== null && !killed);
    return rank < 0
      ? 'Rankbook had to stop its ranks'
      : `rank ${rank} ${this.#ranks[rank]?.exit?.cause}`;
  }

  get #hasStarted(): boolean {
    const { exec, launcher } = this.#options;
    if (!exec) {
      return this.#ranks.every(rank => rank.ready);
    }
    // mpiexec does not tell the processes of what is no agent.
    return launcher.servesPmi
      ? this.#ranks.every(rank => rank.pid !== null)
      : this.#launched !== null;
  }

  get listener(): IWorldListener | null {
    return this.#listener;
  }

  set listener(listener: IWorldListener | null) {
    this.#listener = listener;
    if (listener) {
      this.#backlogs.forEach((backlog, rank) => {
        for (const { stream, text, epoch } of backlog.take()) {
          listener.onText(rank, stream, text, epoch);
        }
      });
    }
    this.#changes.notify();
  }

  /** Start the ranks; resolves when all are ready for cells (executables: when started). */
  async start(signal: AbortSignal): Promise<void> {
    const { id, size, nodes, layer, cwd, env, exec, launcher, streams, agents } = this.#options;
    streams.add(id, this);
    agents.add(id, this);
    try {
      signal.throwIfAborted();
      this.#launched = await launcher.launch(
        {
          world: id,
          size,
          token: this.token,
          mark: this.#mark,
          nodes,
          cwd,
          env: { RANKBOOK_LAYER: layer ? 'on' : 'off', ...env },
          exec,
          litter: launcher.servesPmi ? this.#manager.litter : []
        },
        this
      );
      await this.#changes.until(() => this.#hasStarted || this.loss !== null, signal);
      if (!this.#hasStarted) {
        throw new WorldError(
          `The world of ${size} ranks could not be started: ${this.loss}.${this.#lastWords}`
        );
      }
    } catch (error) {
      await this.stop();
      throw signal.aborted || error instanceof WorldError
        ? error
        : new WorldError((error as Error).message, { cause: error });
    }
  }

  /**
   * Make the world ready for another run. False where it can not: then `loss` says why.
   */
  async renew(signal: AbortSignal): Promise<boolean> {
    this.#notices = [];
    if (this.#unclean) {
      const recovering = new Set(this.#ranks.keys());
      this.#recovering = recovering;
      recovering.forEach(rank => this.sendWork(rank, { type: 'recover' }));
      await this.#changes.until(() => recovering.size === 0 || this.loss !== null, signal);
      this.#recovering = null;
      this.#unclean = false;
    }
    return this.loss === null;
  }

  sendWork(rank: number, request: WorkRequest, payload?: Uint8Array): void {
    this.#options.agents.sendWork(this.id, rank, request, payload);
  }

  sendControl(rank: number, request: ControlRequest): void {
    this.#options.agents.sendControl(this.id, rank, request);
  }

  kill(ranks?: number[]): void {
    this.#ranks.forEach((rank, index) => {
      if (!rank.exit && (ranks === undefined || ranks.includes(index))) {
        rank.killed = true;
      }
    });
    this.#launched?.kill(ranks);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  // IStreamOwner, IAgentOwner, ILaunchEvents

  onStream(hello: IStreamHello, socket: Socket, first: Buffer): void {
    const rank = this.#ranks[hello.rank];
    if (!rank?.claim(hello.kind)) {
      socket.destroy();
    } else if (hello.kind === 'pmi') {
      this.#manager.serve(hello.rank, socket, first);
    } else {
      rank.read(hello.kind, socket, first);
    }
  }

  onHello(index: number, pid: number): void {
    if (this.#ranks[index]?.pid === null) {
      this.#launched?.adopt(index, pid);
    }
  }

  onReport(index: number, report: WorkReport | ControlReport, payload: Uint8Array): void {
    const rank = this.#ranks[index];
    if (!rank || rank.exit) {
      return;
    }
    const giveWork = (): void => this.#listener?.onWork(index, report as WorkReport, payload);
    switch (report.type) {
      case 'ready':
        rank.ready = true;
        giveWork();
        this.#changes.notify();
        break;
      case 'failed':
        this.#failure = rank.ready
          ? `its ranks could not be made fit for another cell: ${report.error}`
          : `MPI could not be initialised on rank ${index}: ${report.error}`;
        this.#changes.notify();
        break;
      case 'display':
      case 'clear':
        rank.order.display(report.epoch, giveWork);
        break;
      case 'recovered':
        this.#recovering?.delete(index);
        this.#notices.push(...report.tainted.map(taintedNotice));
        this.#changes.notify();
        break;
      case 'done':
        this.#unclean ||= UNCLEAN.has(report.status);
        rank.order.done(report.epoch, giveWork);
        break;
      case 'input_request':
        giveWork();
        break;
      default:
        this.#listener?.onControl(index, report, payload);
    }
  }

  onPid(index: number, pid: number): void {
    const rank = this.#ranks[index];
    if (rank) {
      rank.pid = pid;
    }
    this.#changes.notify();
  }

  onEnd(index: number, end: IProcessEnd): void {
    void this.#onEnd(index, end);
  }

  onFailure(message: string): void {
    this.#failure = message;
    this.#changes.notify();
  }

  #onText(index: number, stream: StreamName, text: string, epoch: number): void {
    if (!this.#ranks[index]?.ready) {
      this.#lastWords = `\n${text}`.slice(-LAST_WORDS);
    }
    if (this.#listener) {
      this.#listener.onText(index, stream, text, epoch);
    } else {
      this.#backlogs[index]?.add(stream, text, epoch);
    }
  }

  async #onEnd(index: number, end: IProcessEnd): Promise<void> {
    const rank = this.#ranks[index];
    if (rank && (await rank.end())) {
      rank.exit = describeEnd(end, { killed: rank.killed, abort: this.#abort, rank: index });
      this.#manager.close(index);
      this.#listener?.onExit(index, rank.exit);
      this.#changes.notify();
    }
  }

  #onAbort(index: number, code: number): void {
    if (this.#abort === null) {
      this.#abort = { rank: index, code };
      this.#listener?.onAbort(index, code);
      this.kill();
    }
  }

  async #stop(): Promise<void> {
    const gone = (): boolean => this.state === 'gone';
    const { id, exec, streams, agents } = this.#options;
    if (this.#launched) {
      const canHear = !exec && !this.#listener && this.loss === null && this.#hasStarted;
      if (canHear) {
        this.#ranks.forEach((_, rank) => this.sendWork(rank, { type: 'stop' }));
        await this.#changes.within(gone, STOP_GRACE);
      }
      while (!gone()) {
        this.kill();
        await this.#changes.within(gone, STOP_GRACE);
      }
    }
    streams.remove(id);
    agents.remove(id);
  }
}

function taintedNotice(communicator: string): string {
  return (
    `Messages of the cell that failed may still be in ${communicator}: ` +
    'make that communicator anew before you use it.'
  );
}
