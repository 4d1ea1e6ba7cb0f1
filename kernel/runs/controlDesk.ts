import type { ControlReport, ControlRequest } from '../../src/protocol/index.js';
import type { IWorld } from '../worlds/world.js';

type Question = Extract<ControlRequest, { id: number }>;
type Asked = Question extends infer Q ? (Q extends unknown ? Omit<Q, 'id'> : never) : never;
type Answer = Extract<ControlReport, { id: number }>;

/** Questions to the control thread of ranks, each with a bounded wait. */
export class ControlDesk {
  private _next = 1;
  private _waiting = new Map<number, (answer: Answer | null) => void>();

  /** The answer, or null where none came in `timeout` milliseconds. */
  ask(world: IWorld, rank: number, request: Asked, timeout: number): Promise<Answer | null> {
    const id = this._next++;
    return new Promise(resolve => {
      const timer = setTimeout(() => this._settle(id, null), timeout);
      this._waiting.set(id, answer => {
        clearTimeout(timer);
        resolve(answer);
      });
      world.sendControl(rank, { ...request, id });
    });
  }

  /** Give every report of a control thread to this. */
  onControl(report: ControlReport): void {
    if ('id' in report) {
      this._settle(report.id, report);
    }
  }

  dispose(): void {
    [...this._waiting.keys()].forEach(id => this._settle(id, null));
  }

  private _settle(id: number, answer: Answer | null): void {
    const settle = this._waiting.get(id);
    this._waiting.delete(id);
    settle?.(answer);
  }
}
