import type { IRankExit, RunState, WorkReport } from '../../src/protocol/index.js';
import { capitalised, ranksInWords } from '../output/index.js';
import { adviceFor, adviceForProgram, unknownName } from './advice.js';
import {
  placeInWords,
  programErrorInWords,
  programRaised,
  raised,
  raisedInWords,
  type IFailure
} from './failures.js';
import type { IMpiCircumstances } from './mpiAdvice.js';
import { NoticeBoard } from './noticeBoard.js';
import type { IPlainName } from './spec.js';
import { Values, withoutValues } from './values.js';

type Done = Extract<WorkReport, { type: 'done' }>;

/** The end of a program: its exit code, and the exception that took it down. */
export interface IProgramEnd {
  code: number;
  error?: Done['error'];
}

/**
 * A failure whose ranks and summary are those of the notice of `key`: more may join it. Where
 * there is a `value`, only ranks with the same one count, as the rest is not theirs.
 */
type SharedFailure = Omit<IFailure, 'ranks' | 'summary'> & { key: string; value?: string };

/** What went wrong in a run, in words and as its outcome. The first failure counts. */
export class RunFindings {
  readonly notices = new NoticeBoard();
  /** How plain cells have set {@link unknownName}, once that is known: notices then say it. */
  plain: IPlainName | null = null;
  /** Which cell has set it on other ranks, as a hint. */
  past: string | null = null;
  private _size: number;
  private _source: string;
  private _values = new Values();
  private _failure: IFailure | SharedFailure | null = null;
  private _byUser = false;
  private _lost = false;

  /**
   * @param size - how many ranks run the cell
   * @param source - the cell; empty for a program
   */
  constructor(size: number, source = '') {
    this._size = size;
    this._source = source;
  }

  get failure(): IFailure | null {
    const failure = this._failure;
    if (failure === null || !('key' in failure)) {
      return failure;
    }
    const { key, value, ...rest } = failure;
    const { ranks = [], text = '' } = this.notices.find(key) ?? {};
    const own = value === undefined ? ranks : this._values.ranks(key, value);
    return { ...rest, ranks: own, summary: text };
  }

  /** The name that the first failure is about, where ranks do not know it. */
  get unknownName(): string | null {
    return this._failure ? unknownName(this._failure.ename, this._failure.evalue) : null;
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
        `${capitalised(ranksInWords(ranks))} left the cell with sys.exit(${code === 0 ? '' : code}); ` +
        `${ranks.length === 1 ? 'it lives' : 'they live'} on, with all variables.`;
      const key = `exit ${code}`;
      this.notices.add(code === 0 ? 'info' : 'error', [rank], key, text);
      if (code !== 0) {
        this._fail({ key, ename: 'SystemExit', evalue: String(code) });
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
    const what = raised(ename, evalue, line);
    // By its words: in the values of MPI errors are addresses, of each rank its own.
    const key = `raised ${what.name} ${withoutValues(what.name, what.value)}${what.where}`;
    this._values.add(key, rank, what.value);
    const text = (ranks: number[]): string => {
      const isThat = unknownName(ename, evalue) === this.unknownName;
      const advice = adviceFor(ename, evalue, {
        ...this._where(ranks),
        plain: isThat ? this.plain : null,
        past: isThat ? this.past : null
      });
      const sentence = raisedInWords(ranks, what, this._values.inWords(key));
      return `${sentence}${advice === null ? '' : `\n${advice}`}`;
    };
    this.notices.add('error', [rank], key, text);
    this._fail({ key, value: what.value, ename, evalue, traceback });
    return true;
  }

  /** A program has ended on this rank by itself. True for a failure. */
  programEnded(rank: number, { code, error }: IProgramEnd): boolean {
    if (code === 0) {
      return false;
    }
    const what = error ? programRaised(error) : { name: '', value: '', where: '' };
    const evalue = `exit code ${code}${error ? ` (${programErrorInWords(what)})` : ''}`;
    const key = `ended ${code} ${what.name} ${withoutValues(what.name, what.value)}${what.where}`;
    this._values.add(key, rank, what.value);
    const text = (ranks: number[]): string => {
      const values = this._values.inWords(key);
      const how = values === null ? `${evalue}.` : `exit code ${code} (${what.name}${what.where})`;
      const sentence = `${capitalised(ranksInWords(ranks))} ended with ${how}${values ?? ''}`;
      const advice = error ? adviceForProgram(error.evalue, this._where(ranks)) : null;
      return `${sentence}${advice === null ? '' : `\n${advice}`}`;
    };
    this.notices.add('error', [rank], key, text);
    this._fail({ key, value: what.value, ename: 'ProgramError', evalue });
    return true;
  }

  /** The process of a rank has ended, and nobody told it to. */
  died(rank: number, { cause, line }: IRankExit): void {
    const place = placeInWords(line ?? null);
    const text = (ranks: number[]): string =>
      `${capitalised(ranksInWords(ranks))} died: ${cause}${place}`;
    const key = `died ${cause}${place}`;
    this.notices.add('error', [rank], key, text);
    this._fail({ key, ename: 'RankDied', evalue: cause });
  }

  /** A process that a rank has spawned has ended, and nobody told it to. */
  spawnedFailed(label: string, { cause }: IRankExit): void {
    const summary = `Spawned process ${label}: ${cause}.`;
    this.notices.say('error', summary);
    this._fail({ ranks: [], ename: 'SpawnedProcessError', evalue: `${label}: ${cause}`, summary });
  }

  /** `MPI_Abort` has ended all ranks. */
  aborted(rank: number, code: number): void {
    this._aborted(rank, code);
  }

  deadlocked(ranks: number[], text: string): void {
    this.notices.add('error', ranks, `deadlock ${text}`, () => text);
    const evalue = text.split('\n', 1)[0].replace(/^Deadlock: /, '');
    this._fail({ ranks: [], ename: 'DeadlockError', evalue, summary: text });
  }

  timedOut(seconds: number, ranks: number[]): void {
    const evalue = `stopped after ${seconds} s (--timeout ${seconds})`;
    const summary = `${capitalised(evalue)}: ${ranksInWords(ranks)} had not ended.`;
    this.notices.add('error', ranks, 'timeout', () => summary);
    this._fail({ ranks: [], ename: 'TimeoutError', evalue, summary });
  }

  /** The user wants the run to end; what comes of it is known when its ranks end. */
  interruptedByUser(): void {
    this._byUser = true;
  }

  /** The kernel ends, and all that runs with it: ranks may have no time to say so. */
  kernelEnds(): void {
    this.notices.say('info', 'Stopped, because the kernel was shut down or restarted.');
    this._failByUser([]);
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

  /**
   * Ranks that went on after they had been told to stop, and are killed for it.
   *
   * @param seconds - which they had for it; null: a second interrupt came
   */
  stubborn(ranks: number[], seconds: number | null): void {
    const many = ranks.length > 1;
    const why =
      seconds === null
        ? `${many ? 'were' : 'was'} killed at the second interrupt.`
        : `did not react within ${seconds} s (in C code that does not return, or catching ` +
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
    this._fail({ ranks: [], ename: name, evalue: message, summary: message });
  }

  /** A remark of the rank itself; `{ranks}` in it: all those that make it. */
  note(rank: number, note: string): void {
    this.notices.add('info', [rank], `note ${note}`, ranks =>
      note.replace('{ranks}', ranksInWords(ranks))
    );
  }

  /** What advice depends on, of an exception that these ranks raised. */
  private _where(ranks: number[]): IMpiCircumstances {
    return { size: this._size, raised: ranks.length, source: this._source };
  }

  private _aborted(rank: number, code: number): void {
    const key = `abort ${code}`;
    this.notices.add(
      'error',
      [rank],
      key,
      ranks => `${capitalised(ranksInWords(ranks))} called MPI.Abort(${code}).`
    );
    this._fail({ key, ename: 'MPI.Abort', evalue: `error code ${code}` });
  }

  private _failByUser(traceback: string[]): void {
    const summary = 'Interrupted.';
    this._fail({ ranks: [], ename: 'KeyboardInterrupt', evalue: '', traceback, summary });
  }

  private _fail(
    failure: (Omit<IFailure, 'traceback'> | Omit<SharedFailure, 'traceback'>) & {
      traceback?: string[];
    }
  ): void {
    this._failure ??= { traceback: [], ...failure };
  }
}
