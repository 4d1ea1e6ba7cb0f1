import type {
  ControlReport,
  ControlRequest,
  IRankExit,
  StreamName,
  WorkReport,
  WorkRequest
} from '../../src/protocol/index.js';

/** What to start. */
export interface IWorldSpec {
  size: number;
  /** Nodes on which MPI sees them; absent: those of the world named, else 1. */
  nodes?: number;
  /** Absent: on; off gives ranks plain mpi4py. */
  layer?: boolean;
  /** Name given by the user, or null for the world kept for this size, nodes and layer. */
  name: string | null;
  engine: 'local' | 'mpiexec' | null;
  /** Stop a kept world of this name or size first. */
  fresh: boolean;
  /** Not kept, not listed: for one program or one cell. */
  temporary: boolean;
  env: { [name: string]: string };
  /** Where a world has to be started: what it inherits beside the kernel's environment. */
  inherit?: () => Promise<{ [name: string]: string }>;
  /** Directory in which ranks start: the notebook's. */
  cwd: string;
  /** An executable that the ranks become instead of agents. */
  exec?: string[];
  /** Told of the world that had to be stopped for this one, if there was one. */
  onReplaced?: (stopped: IStopped) => void;
}

export type WorldState = 'starting' | 'idle' | 'running' | 'stopping' | 'gone';

/**
 * Whoever runs something on a world listens to it meanwhile. Text, displays, `clear`,
 * `onEpoch` and `done` of a rank come in the program's order.
 */
export interface IWorldListener {
  onWork(rank: number, report: WorkReport, payload: Uint8Array): void;
  onControl(rank: number, report: ControlReport, payload: Uint8Array): void;
  /**
   * Text of a rank, in the program's order, marks removed. Whole UTF-8 characters only,
   * invalid bytes replaced.
   */
  onText(rank: number, stream: StreamName, text: string, epoch: number): void;
  /** Both streams of the rank have reached this epoch: all earlier text has been given. */
  onEpoch(rank: number, epoch: number): void;
  /** The process has ended and all of its text has been given. */
  onExit(rank: number, exit: IRankExit): void;
  /** `MPI_Abort` was called on this rank. */
  onAbort(rank: number, code: number): void;
  /**
   * There is a process of `MPI_Comm_spawn`, whose text comes as that of `rank` from now on: a
   * number above those of the world. `label`: `0.1` for the second that rank 0 has spawned,
   * `0.1.0` for the first that this one has spawned in turn. Told again to each listener, at
   * the first text of the process.
   */
  onSpawn?(rank: number, label: string): void;
  /** Such a process has ended; `failed`: not well, and not by us. */
  onSpawnEnd?(rank: number, exit: IRankExit, failed: boolean): void;
  /** `MPI_Comm_spawn` of this rank has failed; `why` is for the user. */
  onSpawnRefused?(rank: number, why: string): void;
}

/** N rank processes that share an `MPI.COMM_WORLD`. */
export interface IWorld {
  readonly id: string;
  /** `--world` name, else that by which it is kept, see {@link keptName}. */
  readonly name: string;
  readonly size: number;
  /** Absent: 1. */
  readonly nodes?: number;
  readonly engine: 'local' | 'mpiexec';
  readonly state: WorldState;
  /** Runs that it has carried out. */
  readonly runs: number;
  /**
   * What the user must know of this acquisition, one line each: that another engine was
   * chosen, that an earlier world of the name was lost. Anew with each `acquire`.
   */
  readonly notices: string[];
  /** At most one at a time; text that comes without a listener goes to the next one. */
  listener: IWorldListener | null;
  sendWork(rank: number, request: WorkRequest, payload?: Uint8Array): void;
  sendControl(rank: number, request: ControlRequest): void;
  /**
   * Messages of the run may be left though it went well: ranks move to a clean communicator
   * before the next one, as they do after a failure.
   */
  markUnclean(): void;
  /** Kill ranks (all where none are named) at once; `onExit` follows. */
  kill(ranks?: number[]): void;
  /**
   * Stop politely, then by force, within three seconds; resolves when no process is left. Ranks
   * that are idle run what cells have left for their end before.
   */
  stop(): Promise<void>;
}

/** A world that has been stopped. */
export interface IStopped {
  name: string;
  /** Text that came while nobody listened, with that of its end, rank by rank. */
  said: { rank: number; stream: StreamName; text: string }[];
  /** Ranks that were asked to leave and had to be killed, so that not all may have run. */
  cutShort: number[];
}

export interface IWorldInfo {
  name: string;
  size: number;
  nodes: number;
  /** Its ranks have the MPI layer, not plain mpi4py. */
  layer: boolean;
  engine: string;
  state: WorldState;
  runs: number;
  pids: number[];
  /** Resident own memory (PSS where the system tells it), bytes, all ranks. */
  memory: number | null;
  started: Date;
}

export interface IWorlds {
  /**
   * The kept world that fits, or a new one, ready for cells. Rejects with a
   * {@link WorldError} whose message is for the user; nothing has been stopped then.
   */
  acquire(spec: IWorldSpec, listener: IWorldListener, signal: AbortSignal): Promise<IWorld>;
  /** The world used last, if it lives. */
  readonly current: IWorld | null;
  list(): IWorldInfo[];
  /** Stop the world of this name (all where null); those that were alive. */
  stop(name: string | null): Promise<IStopped[]>;
  dispose(): Promise<void>;
}

/** Name of a kept world to which the user gave none: `4`, `4-on-2-nodes`, `4-plain`. */
export function keptName({ size, nodes = 1, layer = true }: IShape): string {
  return `${size}${nodes > 1 ? `-on-${nodes}-nodes` : ''}${layer ? '' : '-plain'}`;
}

/** What makes worlds without a name different ones. */
export type IShape = Pick<IWorldSpec, 'size' | 'nodes' | 'layer'>;

/** A world could not be had; the message says what happened and what to do. */
export class WorldError extends Error {
  override name = 'WorldError';
}
