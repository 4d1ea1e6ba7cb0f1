import type { IWorld } from '../worlds/world.js';
import type { ControlDesk } from './controlDesk.js';
import type { IDeadlock, IRunMonitor, Snapshot } from './monitor.js';

/** Milliseconds without output of some rank before all are asked, and between questions. */
export const QUIET = 300;
/** Milliseconds that a rank has for the answer; its control thread may wait for the GIL. */
const ANSWER_TIME = 250;

export interface IWatched {
  world: IWorld;
  run: string;
  desk: ControlDesk;
  monitor: IRunMonitor;
  running(): number[];
  onDeadlock(deadlock: IDeadlock): void;
}

/** Asks quiet ranks what they wait for, and has the monitor judge the answers. */
export class WaitWatch {
  private _watched: IWatched;
  private _timer: NodeJS.Timeout;
  private _began = performance.now();
  private _last = new Map<number, number>();
  private _asking = false;
  private _over = false;

  constructor(watched: IWatched) {
    this._watched = watched;
    this._timer = setInterval(() => void this._look(), QUIET);
  }

  /** This rank has put something out: it is not waiting. */
  activity(rank: number): void {
    this._last.set(rank, performance.now());
  }

  /** What these ranks wait for now; ranks that do not answer are missing. */
  async ask(ranks: readonly number[]): Promise<Map<number, Snapshot>> {
    const { world, run, desk } = this._watched;
    const snapshots = new Map<number, Snapshot>();
    await Promise.all(
      ranks.map(async rank => {
        const answer = await desk.ask(world, rank, { type: 'snapshot', run }, ANSWER_TIME);
        if (answer?.type === 'snapshot') {
          snapshots.set(rank, answer);
        }
      })
    );
    return snapshots;
  }

  dispose(): void {
    this._over = true;
    clearInterval(this._timer);
  }

  private async _look(): Promise<void> {
    const watched = this._watched;
    const ranks = watched.running();
    const since = performance.now() - QUIET;
    const quiet = ranks.some(rank => (this._last.get(rank) ?? this._began) <= since);
    if (this._asking || !quiet) {
      return;
    }
    this._asking = true;
    const snapshots = await this.ask(ranks);
    this._asking = false;
    if (this._over || snapshots.size === 0) {
      return;
    }
    const deadlock = watched.monitor.onSnapshots(snapshots);
    if (deadlock) {
      watched.onDeadlock(deadlock);
    }
  }
}
