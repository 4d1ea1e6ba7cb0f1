import type { Delta, INotice, IRankModel, IRunModel } from '../../src/protocol/index.js';
import { ArrivalOrder } from './arrivalOrder.js';
import { RankLog, type IPool } from './rankLog.js';

/** UTF-8 bytes of output that a run keeps, tails of ranks apart. */
export const RUN_BUDGET = 16 * 1024 * 1024;

/** What a run is before anything has happened. */
export type RunHead = Pick<
  IRunModel,
  'id' | 'command' | 'world' | 'view' | 'started' | 'cellId'
> & { ranks: readonly number[] };

interface IRankEntry {
  info: Omit<IRankModel, 'outputs' | 'omitted'>;
  log: RankLog;
}

/**
 * Turns changes into the run model. Takes the same deltas as the page does, so that
 * both show the same, but keeps text within a budget.
 */
export class RunReducer {
  private _head: RunHead;
  private _pool: IPool;
  private _order = new ArrivalOrder();
  private _state: IRunModel['state'] = 'starting';
  private _seconds: number | undefined;
  private _notices: IRunModel['notices'] = [];
  private _ranks = new Map<number, IRankEntry>();

  constructor(head: RunHead, budget = RUN_BUDGET) {
    this._head = head;
    this._pool = { left: budget };
    for (const rank of head.ranks) {
      this._ranks.set(rank, { info: { rank, state: 'starting' }, log: new RankLog(this._pool) });
    }
  }

  /** The world is known once it has been started. */
  setWorld(world: IRunModel['world']): void {
    this._head = { ...this._head, world };
  }

  /** No rank takes part after all: the world could not be had. */
  dropRanks(): void {
    this._ranks.clear();
  }

  /** In the place of those applied one by one: the same, folded. */
  setNotices(notices: INotice[]): void {
    this._notices = notices.slice();
  }

  apply(delta: Delta): void {
    if (delta.op === 'notice') {
      this._notices.push(delta.notice);
    } else if (delta.op === 'run') {
      this._state = delta.state;
      this._seconds = delta.seconds ?? this._seconds;
    } else {
      const rank = this._ranks.get(delta.rank) ?? this._join(delta);
      if (rank) {
        this._applyTo(rank, delta);
      }
    }
  }

  /**
   * The model as it stands. `resumable`: for a reader that goes on applying deltas; open
   * lines then carry their cursor.
   */
  model(resumable = false): IRunModel {
    const { ranks: _, ...head } = this._head;
    return {
      version: 1,
      ...head,
      state: this._state,
      ...(this._seconds === undefined ? {} : { seconds: this._seconds }),
      ranks: [...this._ranks.values()].map(({ info, log }) => ({
        ...withoutUndefined(info),
        outputs: log.outputs(resumable),
        ...(log.omitted > 0 ? { omitted: log.omitted } : {})
      })),
      notices: this._notices.slice(),
      order: this._order.list()
    };
  }

  private _join(delta: Extract<Delta, { rank: number }>): IRankEntry | undefined {
    if (delta.op !== 'rank' || delta.label === undefined) {
      return undefined;
    }
    const { rank, label, state } = delta;
    const entry = { info: { rank, label, state }, log: new RankLog(this._pool) };
    this._ranks.set(rank, entry);
    return entry;
  }

  private _applyTo({ info, log }: IRankEntry, delta: Extract<Delta, { rank: number }>): void {
    switch (delta.op) {
      case 'stream':
        if (delta.text !== '') {
          this._clearIfDue(delta.rank, log);
          this._order.add(delta.rank, log.stream(delta.name, delta.text));
        }
        return;
      case 'output':
        this._clearIfDue(delta.rank, log);
        this._order.add(delta.rank, log.output(delta.output));
        return;
      case 'update':
        log.update(delta.display_id, delta.data, delta.metadata);
        return;
      case 'clear':
        if (delta.wait) {
          log.clear(true);
        } else {
          this._clear(delta.rank, log);
        }
        return;
      case 'rank':
        info.state = delta.state;
        info.seconds = delta.seconds ?? info.seconds;
        info.line = delta.line ?? info.line;
        info.exit = delta.exit ?? info.exit;
        return;
      case 'skip':
        // Only the live view leaves text out this way.
        return;
    }
  }

  private _clearIfDue(rank: number, log: RankLog): void {
    if (log.clearIsDue) {
      this._clear(rank, log);
    }
  }

  private _clear(rank: number, log: RankLog): void {
    this._order.clear(rank, log.items);
    log.clear(false);
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
