import type { IProcessEnd } from './ends.js';

/** Where ranks find the kernel. */
export interface IEndpoints {
  /** Path of the Unix socket for text and PMI. */
  streams: string;
  /** ZeroMQ endpoint of the kernel's ROUTER. */
  router: string;
  /** The folder of both, only the owner's. */
  runtime: string;
}

/** The processes of one world. */
export interface ILaunchSpec {
  world: string;
  size: number;
  /** Nodes on which MPI is to see the ranks; only where the kernel serves PMI. */
  nodes: number;
  /** With which ranks prove that they are ours. */
  token: string;
  /** The token of the epoch marks in the text. */
  mark: string;
  cwd: string;
  env: { [name: string]: string };
  /** Files to remove when the ranks are gone: MPI leaves them where ranks are killed. */
  litter: string[];
  /** The executable that each rank becomes, and its arguments; null: agents. */
  exec: string[][] | null;
}

export interface ILaunchEvents {
  onPid(rank: number, pid: number): void;
  /** The process of the rank is gone, and with it all that it had started. */
  onEnd(rank: number, end: IProcessEnd): void;
  /** The world could not be started (whole); processes that were are being ended. */
  onFailure(message: string): void;
}

export interface ILaunched {
  /** An agent has said hello: the process of its rank. */
  adopt(rank: number, pid: number): void;
  /** SIGKILL to these ranks (all where none are named). */
  kill(ranks?: number[]): void;
}

/** One way to start ranks. */
export interface ILauncher {
  readonly engine: 'local' | 'mpiexec';
  /** The kernel itself is the MPI process manager of its worlds. */
  readonly servesPmi: boolean;
  /** @throws Error with a message for the user, where this engine can not work here. */
  launch(spec: ILaunchSpec, events: ILaunchEvents): Promise<ILaunched>;
  dispose(): Promise<void>;
}
