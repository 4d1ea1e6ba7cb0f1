import type { MimeBundle } from './run.js';
import type { CallRecord, CommRecord, WaitState } from './trace.js';

/**
 * Messages between the kernel (ROUTER) and the agent inside a rank (two DEALERs), two
 * frames each: a JSON header and a payload (empty where none is named). No pickle.
 *
 * A rank has two sockets, so that each belongs to one thread: `work` is the main
 * thread's (cells), `control` the control thread's (answers while a cell runs).
 * Identities are `<world id>/<rank>/work` and `<world id>/<rank>/control`. The first
 * message on each is {@link AgentHello} with the world's token; before it the kernel
 * drops all else of that identity.
 *
 * Text of a rank does not come this way: file descriptors 1 and 2 are stream sockets to
 * the kernel (see `streams` below), so that text of C code and of a dying rank is kept.
 *
 * ## Order of text and other outputs
 * The agent counts *epochs* within a run. Whenever the source of output changes
 * (stdout, stderr, display), it flushes both streams, adds one to the epoch and writes
 * the mark {@link epochMark} into both descriptors. Display frames carry the epoch in
 * which they belong. The kernel emits in order of epochs. The end of a cell is a mark too
 * (its epoch is in `done`): when both streams have reached it, the text is complete.
 * Epochs count on over the life of a rank, they do not start again with each run.
 *
 * A display has an epoch of its own, and its mark says so: text and displays come by
 * different ways, so that whoever reads the streams waits at this mark for the one frame
 * that belongs there. `kernel/worlds` does this: its listeners get text, displays,
 * `onEpoch` and `done` of a rank in the program's order.
 *
 * The mark names the socket of the display. One on `work` precedes `done`, which comes the
 * same way: if it is not there by then, an interrupt has struck while it was being sent. One
 * on `control`, of another thread, may be overtaken by `done`, and is waited for.
 */

/** The socket by which a display comes: `d` is `work`, `c` is `control`. */
export type DisplayFlag = 'd' | 'c';

/**
 * ESC ] 7 7 7 ; rankbook ; token ; epoch BEL, before a display `;` and its flag behind the
 * epoch: a private OSC sequence, never shown. The token is one of its own, not that of the
 * hello.
 */
export function epochMark(token: string, epoch: number, display?: DisplayFlag): string {
  return `\x1b]777;rankbook;${token};${epoch}${display ? `;${display}` : ''}\x07`;
}

/**
 * First line on each stream socket of a rank, written by the agent:
 * `rankbook <world id> <rank> <stdout|stderr|pmi> <token>\n`. After it raw bytes.
 */
export type StreamKind = 'stdout' | 'stderr' | 'pmi';

export type WorkRequest =
  /**
   * Run a cell. Payload: its source, UTF-8, whole lines of the cell, the magic line
   * replaced by an empty line so that line numbers are those of the cell.
   */
  | {
      type: 'execute';
      run: string;
      /** Shown as `In [n]` and the name of the cell in tracebacks. */
      execution_count: number;
      /** Where the plain cells are: the rank goes there if that has changed since its last cell. */
      cwd: string;
      /** Honour `allow_stdin` of the request. */
      stdin: boolean;
      silent: boolean;
      /** What MPI recording to do; `off` costs nothing. */
      record: 'off' | 'waits' | 'full';
      /** Make standard sends synchronous. */
      strict: boolean;
    }
  /**
   * Run a Python program as `__main__` and end the process with its exit code. There is no
   * `done`: the exit of the process is the end.
   */
  | {
      type: 'program';
      run: string;
      kind: 'path' | 'module';
      /** Program (path or module name) and its arguments. */
      argv: string[];
      stdin: boolean;
      record: 'off' | 'waits' | 'full';
      strict: boolean;
    }
  | { type: 'input_reply'; run: string; value: string }
  /**
   * After a run that did not end well on all ranks, before the next: move to a clean
   * communication context. To all ranks; each answers `recovered` or `failed`.
   */
  | { type: 'recover' }
  /** Answer to {@link AgentSync}. */
  | { type: 'synced'; run: string }
  /** Leave: run what cells have left for the end (`atexit`), finalize MPI and exit 0. */
  | { type: 'stop' };

export type ControlRequest =
  /** Raise KeyboardInterrupt in the main thread, if it still is in `run`. */
  | { type: 'interrupt'; run: string }
  /**
   * Raise the deadlock error at the waiting line. `text` is its message; the whole explanation
   * is a notice of the run.
   */
  | { type: 'deadlock'; run: string; text: string }
  | { type: 'snapshot'; id: number; run: string }
  /** Cursor positions are in code points. */
  | { type: 'complete'; id: number; code: string; cursor_pos: number }
  | {
      type: 'inspect';
      id: number;
      code: string;
      cursor_pos: number;
      detail_level: 0 | 1;
    };

export interface AgentHello {
  type: 'hello';
  token: string;
  pid: number;
  host: string;
  python: string;
}

/**
 * On `work`: the rank has sent much, and waits for `synced` before it sends more. A loop of
 * large displays must not pile up in the memory of a kernel that is slower.
 */
export interface AgentSync {
  type: 'sync';
  run: string;
}

export type WorkReport =
  | AgentHello
  /** MPI is initialised (or `error` says why not) and cells may come. */
  | { type: 'ready'; size: number; library: string; layer: boolean }
  | { type: 'failed'; error: string }
  /** Answer to `stop`: all that cells have left for the end has run, and MPI is finalized next. */
  | { type: 'leaving' }
  /** Communicators of the user's in which messages of the run before may still be. */
  | { type: 'recovered'; tainted: string[] }
  /** Payload: JSON `{data, metadata}` as in display_data. */
  | {
      type: 'display';
      run: string;
      epoch: number;
      output_type: 'display_data' | 'execute_result' | 'update_display_data';
      display_id?: string;
      execution_count?: number;
    }
  | { type: 'clear'; run: string; epoch: number; wait: boolean }
  | { type: 'input_request'; run: string; prompt: string; password: boolean }
  /** The cell has ended. All its text precedes the mark `epoch` in both streams. */
  | {
      type: 'done';
      run: string;
      epoch: number;
      status: 'ok' | 'error' | 'interrupted' | 'deadlock' | 'exit' | 'abort';
      seconds: number;
      /** With `error`, `interrupted`, `deadlock`. */
      error?: {
        ename: string;
        evalue: string;
        traceback: string[];
        /** Line of the cell, 1 is the magic line. */
        line: number | null;
        /** Of a program: file and line, `heat.py:12`. Its traceback is in the text. */
        place?: string | null;
      };
      /** With `exit` and `abort`: the code given; of a program: its exit code. */
      code?: number;
      /** Notes for the user, e.g. that MPI.Finalize was put off. */
      notes?: string[];
    };

export type ControlReport =
  | AgentHello
  /**
   * Trace since the last batch. Payload: JSON `{comms: CommRecord[], calls: CallRecord[]}`.
   * `dropped`: calls left out because there were too many, since the last batch.
   */
  | { type: 'trace'; run: string; dropped: number }
  /** Answer to `snapshot`; calls up to it have been sent in `trace` before. */
  | {
      type: 'snapshot';
      id: number;
      run: string;
      /** What the main thread waits for, or null where it computes or is idle. */
      wait: WaitState | null;
      /** In a cell, or already done with it. */
      busy: boolean;
      /** Python line of the cell that is now executing, if known. */
      line: number | null;
      /**
       * Threads other than the main one and the agent's own that are alive: they may yet
       * communicate, so such a rank is never called blocked. Absent: none.
       */
      threads?: number;
    }
  | {
      type: 'complete_reply';
      id: number;
      matches: string[];
      cursor_start: number;
      cursor_end: number;
      metadata: MimeBundle;
    }
  | { type: 'inspect_reply'; id: number; found: boolean; data: MimeBundle };

export type TracePayload = { comms: CommRecord[]; calls: CallRecord[] };
