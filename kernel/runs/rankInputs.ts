import type { ICellPort } from './spec.js';

interface IQuestion {
  rank: number;
  prompt: string;
  password: boolean;
}

/** `input()` of ranks: one question at a time, the prompt says which rank asks. */
export class RankInputs {
  private _cell: ICellPort;
  private _reply: (rank: number, value: string) => void;
  private _queue: IQuestion[] = [];
  private _asking: { rank: number; abort: AbortController } | null = null;

  constructor(cell: ICellPort, reply: (rank: number, value: string) => void) {
    this._cell = cell;
    this._reply = reply;
  }

  /** True while the user is being asked: ranks may wait for that. */
  get waiting(): boolean {
    return this._asking !== null;
  }

  ask(question: IQuestion): void {
    this._queue.push(question);
    this._next();
  }

  /** Withdraw the questions of this rank, or all. */
  cancel(rank?: number): void {
    this._queue = rank === undefined ? [] : this._queue.filter(q => q.rank !== rank);
    if (this._asking && (rank === undefined || this._asking.rank === rank)) {
      this._asking.abort.abort(new Error('The cell no longer waits for input.'));
    }
  }

  private _next(): void {
    const question = this._asking ? undefined : this._queue.shift();
    if (!question) {
      return;
    }
    const { rank, prompt, password } = question;
    const abort = new AbortController();
    this._asking = { rank, abort };
    const end = (value: string | null): void => {
      this._asking = null;
      if (value !== null && !abort.signal.aborted) {
        this._reply(rank, value);
      }
      this._next();
    };
    // A question that can not be asked ends like one that is withdrawn: the interrupt frees the rank.
    this._cell.input(`[rank ${rank}] ${prompt}`, password, abort.signal).then(end, () => end(null));
  }
}
