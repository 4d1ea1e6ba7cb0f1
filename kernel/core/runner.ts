import type { KernelMessage } from '../../src/protocol/index.js';
import type { CellPlan } from '../magics/plan.js';
import type { ICellPort, IRunSpec, RunOutcome } from '../runs/spec.js';
import type { Json } from '../wire/message.js';

/** What the core needs of the part that runs cells on ranks. */
export interface IRunner {
  run(spec: IRunSpec, cell: ICellPort): Promise<RunOutcome>;
  worldCommand(plan: CellPlan & { kind: 'world' }, cell: ICellPort): Promise<RunOutcome>;
  /** Interrupt what is running on ranks; false where nothing is. */
  interrupt(): boolean;
  attach(id: string): KernelMessage;
  record(id: string): KernelMessage;
  active(): { id: string; cellId?: string }[];
  /** What rank 0 answers; null where there is none or it does not answer. */
  complete(code: string, cursorPos: number): Promise<Json | null>;
  inspect(code: string, cursorPos: number, detail: 0 | 1): Promise<Json | null>;
  /** Resolves when no process of a rank is left. */
  dispose(): Promise<void>;
}
