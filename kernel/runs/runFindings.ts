import type { IRankExit, RunState, WorkReport } from '../../src/protocol/index.js';
import { capitalised, ranksInWords } from '../output/index.js';
import { placeInWords, programErrorInWords, raisedInWords, type IFailure } from './failures.js';
import { NoticeBoard } from './noticeBoard.js';

type Done = Extract<WorkReport, { type: 'done' }>;

/** The end of a program: its exit code, and the exception that took it down. */
export interface IProgramEnd {
  code: number;
  error?: Done['error'];
}

/** What went wrong in a run, in words and as its outcome. The first failure counts. */
export class RunFindings {
  readonly notices = new NoticeBoard();
  private _failure: IFailure | null = null;
  private _byUser = false;
  private _lost = false;

  get failure(): IFailure | null {
    return this._failure;
  }

  /** The processes of the world are gone, or about to be. */
  get lost(): boolean {
    return this._lost;
  }

  /** How the run has ended. */
  get state(): RunState {
    if (!this._failure) {
      return 'done';
    }
    return this._failure.ename === 'KeyboardInterrupt' ? 'interrupted' : 'error';
  }

  /** A cell has ended on this rank; `stopped`: because we told it to. True for a failure. */
  cellEnded(rank: number, { status, error, code = 0 }: Done, stopped: boolean): boolean {
    // The deadlock is told as a whole, not once more by each rank in it.
    const isDeadlock = this._failure?.ename === 'DeadlockError' && error?.ename === 'DeadlockError';
    if (status === 'ok' || status === 'deadlock' || isDeadlock) {
      return false;
    }
    if (stopped) {
      this.stopped(rank, error?.traceback ?? [], error?.line ?? null);
      return false;
    }
    if (status === 'exit') {
      const text = (ranks: number[]): string =>
        `${capitalised(ranksInWords(ranks))} left the cell with sys.exit(${code === 0 ? '' : code}).`;
      this.notices.add(code === 0 ? 'info' : 'error', [rank], `exit ${code}`, text);
      if (code !== 0) {
        this._fail({ rank, ename: 'SystemExit', evalue: String(code), summary: text([rank]) });
      }
      return code !== 0;
    }
    if (status === 'abort') {
      this._aborted(rank, code);
      return true;
    }
    const { ename, evalue, traceback, line } = error ?? {
      ename: 'Error',
      evalue: '',
      traceback: [],
      line: null
    };
    const text = (ranks: number[]): string => raisedInWords(ranks, ename, evalue, line);
    this.notices.add('error', [rank], `raised ${ename} ${line} ${evalue}`, text);
    this._fail({ rank, ename, evalue, traceback, summary: text([rank]) });
    return true;
  }

  /** A program has ended on this rank by itself. True for a failure. */
  programEnded(rank: number, { code, error }: IProgramEnd): boolean {
    if (code === 0) {
      return false;
    }
    const evalue = `exit code ${code}${error ? ` (${programErrorInWords(error)})` : ''}`;
    const text = (ranks: number[]): string =>
      `${capitalised(ranksInWords(ranks))} ended with ${evalue}.`;
    this.notices.add('error', [rank], evalue, text);
    this._fail({ rank, ename: 'ProgramError', evalue, summary: text([rank]) });
    return true;
  }

  /** The process of a rank has ended, and nobody told it to. */
  died(rank: number, { cause, line }: IRankExit): void {
    const place = placeInWords(line ?? null);
    const text = (ranks: number[]): string =>
      `${capitalised(ranksInWords(ranks))} died: ${cause}${place}`;
    this.notices.add('error', [rank], `died ${cause}${place}`, text);
    this._fail({ rank, ename: 'RankDied', evalue: cause, summary: text([rank]) });
  }

  /** A process that a rank has spawned has ended, and nobody told it to. */
  spawnedFailed(label: string, { cause }: IRankExit): void {
    const summary = `Spawned process ${label}: ${cause}.`;
    this.notices.say('error', summary);
    this._fail({ rank: null, ename: 'SpawnedProcessError', evalue: `${label}: ${cause}`, summary });
  }

  /** `MPI_Abort` has ended all ranks. */
  aborted(rank: number, code: number): void {
    this._aborted(rank, code);
  }

  deadlocked(ranks: number[], text: string): void {
    this.notices.add('error', ranks, `deadlock ${text}`, () => text);
    const evalue = text.split('\n', 1)[0].replace(/^Deadlock: /, '');
    this._fail({ rank: null, ename: 'DeadlockError', evalue, summary: text });
  }

  timedOut(seconds: number, ranks: number[]): void {
    const evalue = `stopped after ${seconds} s (--timeout ${seconds})`;
    const summary = `${capitalised(evalue)}: ${ranksInWords(ranks)} had not ended.`;
    this.notices.add('error', ranks, 'timeout', () => summary);
    this._fail({ rank: null, ename: 'TimeoutError', evalue, summary });
  }

  /** The user wants the run to end; what comes of it is known when its ranks end. */
  interruptedByUser(): void {
    this._byUser = true;
  }

  /** The user's interrupt came before the world was there. */
  startInterrupted(): void {
    this.notices.say('info', 'Interrupted while the world was starting: the cell has not run.');
    this._failByUser([]);
  }

  /** A rank has ended because it was told to. */
  stopped(rank: number, traceback: string[], line: number | null): void {
    if (this._byUser) {
      this._failByUser(traceback);
    }
    const reason = this._failure?.ename === 'KeyboardInterrupt' ? 'Interrupted' : 'Then stopped';
    this.notices.add(
      'info',
      [rank],
      `stopped ${line}`,
      ranks => `${reason}: ${ranksInWords(ranks)}${placeInWords(line)}.`
    );
  }

  /** Ranks that went on after they had been told to stop, and are killed for it. */
  stubborn(ranks: number[], atOnce: boolean): void {
    const many = ranks.length > 1;
    const why = atOnce
      ? `${many ? 'were' : 'was'} killed at the second interrupt.`
      : `did not react within 1 s (in C code that does not return, or catching ` +
        `KeyboardInterrupt) and ${many ? 'were' : 'was'} killed.`;
    this.notices.add(
      'warning',
      ranks,
      'stubborn',
      all => `${capitalised(ranksInWords(all))} ${why}`
    );
    if (this._byUser) {
      this._failByUser([]);
    }
  }

  /** @param world - `world of 4 ranks`, or null for one that was not to last */
  worldLost(world: string | null): void {
    this._lost = true;
    if (world !== null) {
      this.notices.say(
        'warning',
        `The ${world} has ended and its variables are lost; the next cell starts a new one.`
      );
    }
  }

  /** The world could not be had. */
  refused(error: Error): void {
    const { name, message } = error;
    this.notices.say('error', message);
    this._fail({ rank: null, ename: name, evalue: message, summary: message });
  }

  /** A remark of the rank itself. */
  note(rank: number, note: string): void {
    this.notices.add('info', [rank], `note ${note}`, () => note);
  }

  private _aborted(rank: number, code: number): void {
    const summary = `Rank ${rank} called MPI.Abort(${code}).`;
    this.notices.add('error', [rank], `abort ${rank}`, () => summary);
    this._fail({ rank, ename: 'MPI.Abort', evalue: `error code ${code}`, summary });
  }

  private _failByUser(traceback: string[]): void {
    const summary = 'Interrupted.';
    this._fail({ rank: null, ename: 'KeyboardInterrupt', evalue: '', traceback, summary });
  }

  private _fail(failure: Omit<IFailure, 'traceback'> & { traceback?: string[] }): void {
    this._failure ??= { traceback: [], ...failure };
  }
}
