/**
 * The run model: what one `%%mpirun` cell (or program) shows, as it stands in the
 * notebook under {@link RUN_MIME}. The kernel writes it, the labextension renders it.
 *
 * Text of a rank is stored once, in `ranks[].outputs`. The order in which lines of
 * different ranks arrived is a run-length list beside it, so that the `All` tab
 * costs no second copy.
 */

export const RUN_MIME = 'application/vnd.rankbook.run.v1+json';

/** State of one rank in a run. `dead`: its process is gone (see {@link IRankExit}). */
export type RankState = 'starting' | 'running' | 'done' | 'error' | 'interrupted' | 'dead';

/** State of a whole run. */
export type RunState = 'starting' | 'running' | 'done' | 'error' | 'interrupted';

export type RunView = 'tabs' | 'merged' | 'grid';

export type StreamName = 'stdout' | 'stderr';

/** JSON as nbformat has it: text may be a string or a list of strings. */
export type MimeBundle = { [mimeType: string]: unknown };

/** The outputs of a rank, in its program's order, as in nbformat 4. */
export type RankOutput =
  | { output_type: 'stream'; name: StreamName; text: string }
  | {
      output_type: 'display_data';
      data: MimeBundle;
      metadata: MimeBundle;
      /** `display_id` of the rank's own namespace, for `update_display`. */
      transient?: { display_id?: string };
    }
  | {
      output_type: 'execute_result';
      execution_count: number | null;
      data: MimeBundle;
      metadata: MimeBundle;
    }
  | {
      output_type: 'error';
      ename: string;
      evalue: string;
      /** ANSI coloured lines, as IPython makes them. */
      traceback: string[];
    };

/** How the process of a rank ended. */
export interface IRankExit {
  /** Exit code, where the process ended by itself. */
  code?: number;
  /** `SIGKILL`, ..., where a signal ended it. */
  signal?: string;
  /** The cause in words, e.g. `killed by SIGKILL (probably out of memory)`. */
  cause: string;
  /** Line of the cell (1 is the magic line) where C code made it crash, if that is known. */
  line?: number;
}

export interface IRankModel {
  rank: number;
  /**
   * Of a process that `MPI_Comm_spawn` has started: what it is called. `0.1` is the second that
   * rank 0 has spawned. Its `rank` then is a number above those of the world, to tell it by.
   */
  label?: string;
  state: RankState;
  outputs: RankOutput[];
  /** Seconds from the start of the rank's cell to its end, when ended. */
  seconds?: number;
  /** Line of the cell (1 is the magic line) where its error arose, if any. */
  line?: number;
  exit?: IRankExit;
  /** Bytes of this rank's text and displays that were left out of `outputs` (flood). */
  omitted?: number;
}

/** A message of Rankbook itself about the run, shown above the tabs. */
export interface INotice {
  level: 'info' | 'warning' | 'error';
  /** Plain text, may have several lines; the first line is the summary. */
  text: string;
  /** Ranks it speaks of, ascending; absent: the whole run. */
  ranks?: number[];
}

export interface IRunModel {
  version: 1;
  /** Unique for ever: joins the display, the comm deltas and a reloaded page. */
  id: string;
  /** The magic line as written. */
  command: string;
  world: {
    name: string;
    size: number;
    engine: string;
    /** True where this run is the first of its world: nothing was kept. */
    fresh: boolean;
  };
  state: RunState;
  view: RunView;
  /** ISO 8601, UTC. */
  started: string;
  /** Wall seconds from request to end, when ended. */
  seconds?: number;
  /** Cell id of the execute request, if the front end sent one. */
  cellId?: string;
  /** The ranks that take part, ascending by rank. */
  ranks: IRankModel[];
  notices: INotice[];
  /**
   * Arrival order over ranks, flat pairs `rank, items, rank, items, ...`. An item is
   * one line of a stream output (its last line may lack the newline) or one output
   * of another type; items of a rank are counted in the order of its `outputs`.
   * A consumer that runs out of items, or has some left, shows the rest rank by rank.
   */
  order: number[];
}
