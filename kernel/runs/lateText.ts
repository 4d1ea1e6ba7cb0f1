import type { IRankExit, StreamName } from '../../src/protocol/index.js';
import type { IWorld, IWorldListener } from '../worlds/world.js';
import type { ControlDesk } from './controlDesk.js';

/** Text kept per world for the next run. */
const LIMIT = 64 * 1024;

interface ILate {
  rank: number;
  stream: StreamName;
  text: string;
}

/**
 * Text of ranks that comes while no run is there for it, from threads of the user's that
 * outlive their cell. The next run in which the rank takes part shows it.
 */
export class LateText {
  private _texts = new WeakMap<IWorld, ILate[]>();

  add(world: IWorld, rank: number, stream: StreamName, text: string): void {
    const texts = this._texts.get(world) ?? [];
    texts.push({ rank, stream, text: text.slice(-LIMIT) });
    let size = texts.reduce((sum, late) => sum + late.text.length, 0);
    while (size > LIMIT && texts.length > 1) {
      size -= texts.shift()?.text.length ?? 0;
    }
    this._texts.set(world, texts);
  }

  /** What there is of these ranks; it is no longer kept then. */
  take(world: IWorld, ranks: readonly number[]): ILate[] {
    const texts = this._texts.get(world) ?? [];
    this._texts.set(
      world,
      texts.filter(late => !ranks.includes(late.rank))
    );
    return texts.filter(late => ranks.includes(late.rank));
  }
}

/** Listens to a world between runs, for the time of a question. */
export class IdleListener implements IWorldListener {
  private _world: IWorld;
  private _desk: ControlDesk;
  private _late: LateText;

  constructor(world: IWorld, desk: ControlDesk, late: LateText) {
    this._world = world;
    this._desk = desk;
    this._late = late;
  }

  onWork(): void {}

  onControl(_rank: number, report: Parameters<IWorldListener['onControl']>[1]): void {
    this._desk.onControl(report);
  }

  onText(rank: number, stream: StreamName, text: string): void {
    this._late.add(this._world, rank, stream, text);
  }

  onEpoch(): void {}

  onExit(_rank: number, _exit: IRankExit): void {}

  onAbort(): void {}
}
