import type { KernelMessage, RunView } from '../../src/protocol/index.js';

/** What to run on ranks: the value that the magics make and the runs carry out. */
export interface IRunSpec {
  /** The magic line as written, for the title of the run. */
  command: string;
  world: {
    /** Number of ranks; null: the size of the current world, else the default. */
    size: number | null;
    /** Nodes on which MPI sees the ranks; null: those of the world that `size` names. */
    nodes: number | null;
    /** Name given with `--world`; null: the world kept for this size. */
    name: string | null;
    fresh: boolean;
    engine: 'local' | 'mpiexec' | null;
    env: { [name: string]: string };
  };
  /** Ranks that take part, ascending; null: all. */
  ranks: number[] | null;
  /** Seconds after which the run is stopped; null: never. */
  timeout: number | null;
  view: RunView | null;
  /** File to which the whole output is written too; null: none. */
  save: string | null;
  strict: boolean;
  onDeadlock: 'stop' | 'wait';
  work:
    | {
        kind: 'cell';
        /**
         * Source with the magic line made empty, so that line numbers are the cell's.
         */
        source: string;
      }
    | {
        /** `%mpirun`: a fresh world that ends with the program. */
        kind: 'program';
        /** `path`: a Python file; `module`: `-m`; `executable`: anything else. */
        form: 'path' | 'module' | 'executable';
        argv: string[];
      };
}

/**
 * The cell that asked for a run, as the run sees it. Made by the core for one execute
 * request, so that late output always finds its own cell.
 */
export interface ICellPort {
  cellId?: string;
  executionCount: number;
  /** Working directory of the plain cells, absolute. */
  cwd: string;
  silent: boolean;
  allowStdin: boolean;
  /** Publish on IOPub with the request as parent. */
  publish(msgType: string, content: object, metadata?: { [key: string]: unknown }): void;
  /** Ask the user; rejects when `signal` aborts. */
  input(prompt: string, password: boolean, signal: AbortSignal): Promise<string>;
  /** Variables of the environment that plain cells have set: new processes inherit them. */
  environment?: () => Promise<{ [name: string]: string }>;
  /**
   * How plain cells have set this name; null where they have not, or can not say it at once.
   * Absent where nobody can be asked.
   */
  plainName?: (name: string) => Promise<IPlainName | null>;
}

/** A name of the plain cells; `rankbook/plain.py` makes it. */
export interface IPlainName {
  /** Number of the cell that has set it last, where it is known. */
  cell: number | null;
  /** The statement, where it is short: `import numpy as np`, `def f`. */
  text: string | null;
}

/** The pages that have the labextension and an open comm. */
export interface ILivePort {
  /** True while at least one page listens. */
  readonly attached: boolean;
  send(message: KernelMessage): void;
}

export type RunOutcome =
  { status: 'ok' } | { status: 'error'; ename: string; evalue: string; traceback: string[] };
