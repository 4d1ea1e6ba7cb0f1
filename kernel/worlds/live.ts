import type { Socket } from 'node:net';
import type {
  ControlReport,
  ControlRequest,
  StreamName,
  WorkReport,
  WorkRequest
} from '../../src/protocol/index.js';
import { describeEnd, type IProcessEnd } from '../launch/ends.js';
import type { ILauncher, ILaunchEvents, ILaunchSpec } from '../launch/launcher.js';
import type { AgentRouter, IAgentOwner } from './agents.js';
import { Changes } from './changes.js';
import { Children } from './children.js';
import { Delivery } from './delivery.js';
import { newToken, type IStreamHello } from './hello.js';
import { ProcessManager, type IOrigin } from './manager.js';
import { Processes } from './processes.js';
import { Rank } from './rank.js';
import { Recovery } from './recovery.js';
import { Roster } from './roster.js';
import type { ISpawnCommand } from './spawnCommand.js';
import type { IStreamOwner, StreamListener } from './streams.js';
import {
  WorldError,
  type IStopped,
  type IWorld,
  type IWorldListener,
  type WorldState
} from './world.js';

/** Characters of a rank's text in a message that it did not start. */
const LAST_WORDS = 2000;

/** The end of a text, in whole lines. */
function lastLines(text: string): string {
  const end = text.slice(-LAST_WORDS);
  return end.length < text.length ? end.slice(end.indexOf('\n') + 1) : end;
}

export interface ILiveWorldOptions {
  id: string;
  name: string;
  size: number;
  nodes: number;
  layer: boolean;
  env: { [name: string]: string };
  cwd: string;
  /** Executable and arguments of each rank; null: agents. */
  exec: string[][] | null;
  /** How it was spawned; null: it was not. */
  origin: IOrigin | null;
  /** Make the world of a spawn command of rank `by`; throws where it may not be. */
  spawn: (parent: LiveWorld, by: number, command: ISpawnCommand) => LiveWorld;
  launcher: ILauncher;
  streams: StreamListener;
  agents: AgentRouter;
  /** Of MPI_Publish_name. */
  serviceNames: Map<string, string>;
  log: (message: string) => void;
}

/** A world of real processes. */
export class LiveWorld implements IWorld, IStreamOwner, IAgentOwner, ILaunchEvents {
  readonly token = newToken();
  readonly started = new Date();
  runs = 0;
  readonly options: ILiveWorldOptions;
  readonly #mark = newToken();
  readonly roster: Roster;
  readonly #delivery: Delivery;
  readonly #manager: ProcessManager;
  readonly #children: Children;
  readonly #processes: Processes;
  readonly #changes = new Changes();
  readonly #recovery = new Recovery(this.#changes);
  /** Ranks that have begun to connect to those that have spawned them. */
  readonly #connected = new Set<number>();
  #stopping: Promise<void> | null = null;
  #abort: { rank: number; code: number } | null = null;
  #failure: string | null = null;
  /** Its ranks have been asked to leave by themselves. */
  #dismissed = false;
  /** What a rank said last before it was ready. */
  #lastWords = '';
  #notices: string[] = [];

  constructor(options: ILiveWorldOptions) {
    this.options = options;
    const ranks = Array.from({ length: options.size }, (_, rank) => rank);
    this.#delivery = new Delivery(options.size);
    this.roster = new Roster(
      ranks.map(
        rank =>
          new Rank(this.#mark, {
            text: (stream, text, epoch) => this.#onText(rank, stream, text, epoch),
            epoch: epoch => this.listener?.onEpoch(rank, epoch)
          })
      )
    );
    const log = (message: string): void => options.log(`world ${options.name}: ${message}`);
    this.#processes = new Processes(this.roster, this.#changes, log);
    this.#manager = new ProcessManager({
      size: options.size,
      nodes: options.nodes,
      names: options.serviceNames,
      origin: options.origin,
      onAbort: (rank, code) => this.#onAbort(rank, code),
      onSpawn: (rank, command) => this.#children.spawn(rank, command),
      onSpawnRefused: (rank, why) => this.listener?.onSpawnRefused?.(rank, why),
      onConnect: rank => {
        this.#connected.add(rank);
        this.#changes.notify();
      },
      log
    });
    this.#children = new Children({
      size: options.size,
      make: (by, command) => options.spawn(this, by, command)
    });
  }

  get id(): string {
    return this.options.id;
  }

  get name(): string {
    return this.options.name;
  }

  get size(): number {
    return this.options.size;
  }

  get nodes(): number {
    return this.options.nodes;
  }

  get engine(): 'local' | 'mpiexec' {
    return this.options.launcher.engine;
  }

  get state(): WorldState {
    if (this.roster.gone) {
      return 'gone';
    }
    if (this.#stopping) {
      return 'stopping';
    }
    if (!this.#hasStarted) {
      return 'starting';
    }
    return this.listener ? 'running' : 'idle';
  }

  get notices(): string[] {
    return [...new Set(this.#notices)];
  }

  /** Add to the notices of this acquisition. */
  notice(text: string): void {
    this.#notices.push(text);
  }

  /** Its processes that live, and those that these have spawned. */
  get processes(): number {
    return this.roster.living + this.#children.processes;
  }

  /** Why this world can not carry out another run, in words; null where it can. */
  get loss(): string | null {
    return this.#failure ?? this.roster.loss;
  }

  get #hasStarted(): boolean {
    const { exec, launcher } = this.options;
    if (!exec) {
      return this.roster.ready;
    }
    // mpiexec does not tell the processes of what is no agent.
    return launcher.servesPmi ? this.roster.known : this.#processes.launched;
  }

  get listener(): IWorldListener | null {
    return this.#delivery.listener;
  }

  set listener(listener: IWorldListener | null) {
    this.#delivery.listener = listener;
    this.#children.listener = listener;
    this.#changes.notify();
  }

  /** Start the ranks; resolves when all are ready for cells (executables: when started). */
  async start(signal: AbortSignal): Promise<void> {
    const { id, launcher, streams, agents } = this.options;
    streams.add(id, this);
    agents.add(id, this);
    try {
      signal.throwIfAborted();
      if (this.#stopping) {
        throw new WorldError(`World ${this.name} was stopped before it had started.`);
      }
      await this.#processes.launch(launcher.launch(this.#launchSpec(), this));
      await this.#changes.until(() => this.#hasStarted || this.loss !== null, signal);
      if (!this.#hasStarted) {
        throw new WorldError(
          `The world of ${this.size} ranks could not be started: ${this.loss}.${this.#lastWords}`
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
   * Of a world that was spawned: all its processes have come to connect to those that have
   * spawned them. False where one has ended before.
   */
  async connected(): Promise<boolean> {
    const all = (): boolean => this.#connected.size === this.size;
    await this.#changes.until(() => all() || this.loss !== null, new AbortController().signal);
    return all();
  }

  /**
   * Make the world ready for another run. False where it can not: then `loss` says why.
   */
  async renew(signal: AbortSignal): Promise<boolean> {
    this.#notices = [];
    await this.#recovery.carryOut(
      this.roster.ranks.keys(),
      rank => this.sendWork(rank, { type: 'recover' }),
      () => this.loss !== null,
      signal
    );
    return this.loss === null;
  }

  sendWork(rank: number, request: WorkRequest, payload?: Uint8Array): void {
    this.options.agents.sendWork(this.id, rank, request, payload);
  }

  sendControl(rank: number, request: ControlRequest): void {
    this.options.agents.sendControl(this.id, rank, request);
  }

  markUnclean(): void {
    this.#recovery.require();
  }

  kill(ranks?: number[]): void {
    this.#processes.kill(ranks);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** After {@link stop}. */
  get stopped(): IStopped {
    const cutShort = this.#dismissed ? this.roster.cutShort : [];
    return { name: this.name, said: this.#delivery.take(), cutShort };
  }

  // IStreamOwner, IAgentOwner, ILaunchEvents

  onStream(hello: IStreamHello, socket: Socket, first: Buffer): void {
    const rank = this.roster.ranks[hello.rank];
    if (!rank?.claim(hello.kind)) {
      socket.destroy();
    } else if (hello.kind === 'pmi') {
      this.#manager.serve(hello.rank, socket, first);
    } else {
      rank.read(hello.kind, socket, first);
    }
  }

  onHello(index: number, pid: number): void {
    this.#processes.adopt(index, pid);
  }

  onReport(index: number, report: WorkReport | ControlReport, payload: Uint8Array): void {
    const rank = this.roster.ranks[index];
    if (!rank || rank.exit) {
      return;
    }
    const giveWork = (): void => this.listener?.onWork(index, report as WorkReport, payload);
    switch (report.type) {
      case 'ready':
        rank.ready = true;
        giveWork();
        this.#changes.notify();
        break;
      case 'leaving':
        rank.leaving = true;
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
        this.#notices.push(...this.#recovery.onRecovered(index, report));
        break;
      case 'done':
        this.#recovery.onDone(report);
        rank.order.done(report.epoch, giveWork);
        break;
      case 'input_request':
        giveWork();
        break;
      default:
        this.listener?.onControl(index, report, payload);
    }
  }

  onPid(index: number, pid: number): void {
    const rank = this.roster.ranks[index];
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

  #launchSpec(): ILaunchSpec {
    const { id, size, nodes, layer, cwd, env, exec, launcher } = this.options;
    return {
      world: id,
      size,
      token: this.token,
      mark: this.#mark,
      nodes,
      cwd,
      env: { RANKBOOK_LAYER: layer ? 'on' : 'off', ...env },
      exec,
      litter: launcher.servesPmi ? this.#manager.litter : []
    };
  }

  #onText(index: number, stream: StreamName, text: string, epoch: number): void {
    if (!this.roster.ranks[index]?.ready) {
      this.#lastWords = `\n${lastLines(text)}`;
    }
    this.#delivery.text(index, stream, text, epoch);
  }

  async #onEnd(index: number, end: IProcessEnd): Promise<void> {
    const rank = this.roster.ranks[index];
    if (rank && (await rank.end())) {
      rank.exit = describeEnd(end, { killed: rank.killed, abort: this.#abort, rank: index });
      this.#manager.close(index);
      this.#delivery.exit(index, rank.exit);
      this.#changes.notify();
    }
  }

  #onAbort(index: number, code: number): void {
    if (this.#abort === null) {
      this.#abort = { rank: index, code };
      this.listener?.onAbort(index, code);
      this.kill();
    }
  }

  async #stop(): Promise<void> {
    const { id, streams, agents } = this.options;
    const children = this.#children.stop();
    await this.#processes.end(() => this.#dismiss());
    await children;
    streams.remove(id);
    agents.remove(id);
  }

  /** Ask the ranks to leave by themselves; false where they would not hear it. */
  #dismiss(): boolean {
    if (this.options.exec || this.listener || this.loss !== null || !this.#hasStarted) {
      return false;
    }
    this.#dismissed = true;
    this.roster.ranks.forEach((_, rank) => this.sendWork(rank, { type: 'stop' }));
    return true;
  }
}
