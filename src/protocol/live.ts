import type { IRunRecord } from './record.js';
import type {
  IRankExit,
  INotice,
  IRunModel,
  MimeBundle,
  RankOutput,
  RankState,
  RunState,
  StreamName
} from './run.js';

/**
 * The comm between page and kernel, target {@link COMM_TARGET}, opened by the page, one
 * per kernel connection. It carries what changes while a run is running; the notebook's
 * truth is the display bundle, which the kernel updates whole when the run ends.
 *
 * Page to kernel: {@link PageMessage}. Kernel to page: {@link KernelMessage}.
 */
export const COMM_TARGET = 'rankbook';

/** One change of a run. Applied in order they turn one {@link IRunModel} into the next. */
export type Delta =
  | { op: 'stream'; rank: number; name: StreamName; text: string }
  | { op: 'output'; rank: number; output: RankOutput }
  | {
      op: 'update';
      rank: number;
      display_id: string;
      data: MimeBundle;
      metadata: MimeBundle;
    }
  | { op: 'clear'; rank: number; wait: boolean }
  | {
      op: 'rank';
      rank: number;
      /** Of a spawned process: it joins the run here. */
      label?: string;
      state: RankState;
      seconds?: number;
      line?: number;
      exit?: IRankExit;
    }
  | { op: 'notice'; notice: INotice }
  /** `world`: what it has turned out to be, once it is there. */
  | { op: 'run'; state: RunState; seconds?: number; world?: IRunModel['world'] }
  /**
   * Text of `rank` that the live view leaves out because the rank floods; `bytes`
   * more since the last such delta. The whole (up to the run's limit) is in the
   * final bundle.
   */
  | { op: 'skip'; rank: number; bytes: number };

export type KernelMessage =
  /** Ids of the runs now running, with their cells: sent as the answer to comm_open. */
  | { type: 'runs'; runs: { id: string; cellId?: string }[] }
  /**
   * The run as it is now; deltas with a `seq` above this one apply to it. `readable`: of a run
   * that has ended, the forms for readers without the extension (`text/html`, `text/plain`), for
   * a page that has to put the final display into the notebook itself.
   */
  | { type: 'snapshot'; seq: number; run: IRunModel; readable?: MimeBundle }
  /** `seq` counts up by one per message of a run; after a gap, attach again. */
  | { type: 'deltas'; id: string; seq: number; deltas: Delta[] }
  /** The run has ended and the display bundle is (being) updated to its final form. */
  | { type: 'end'; id: string; seq: number }
  /** The answer to `attach` where the kernel no longer has that run. */
  | { type: 'gone'; id: string }
  /** The answer to `record`; null where the kernel no longer has that run. */
  | { type: 'record'; id: string; record: IRunRecord | null };

export type PageMessage =
  /** Ask for a snapshot of a run, running or ended a short while ago. */
  | { type: 'attach'; id: string }
  /** Ask for what is recorded of the MPI calls of such a run. */
  | { type: 'record'; id: string };
