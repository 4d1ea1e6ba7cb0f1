import type { IRunSpec } from '../runs/spec.js';

/** What a cell asks for. The parser makes one of these of every execute request. */
export type CellPlan =
  /** Plain Python: the delegate's, unchanged. */
  | { kind: 'delegate' }
  /** `%%mpirun`, `%%rank`, `%%ranks`, or a plain cell while `%autompirun` is on. */
  | { kind: 'run'; spec: IRunSpec }
  | {
      kind: 'world';
      action: 'list' | 'stop' | 'restart';
      name: string | null;
    }
  /** `%world layer on | off`, or null to be told which. */
  | { kind: 'world'; action: 'layer'; on: boolean | null }
  /** `%autompirun -n 4`, or null for `off`: the options for the cells that follow. */
  | { kind: 'auto'; options: string | null }
  | { kind: 'writefile'; file: string; append: boolean; body: string }
  /** `%%mpirun?` and its like: text to show in the pager. */
  | { kind: 'help'; text: string }
  /** A magic with a mistake in it: nothing is started. */
  | { kind: 'mistake'; mistake: IMistake };

/** A mistake in a magic line, for the user. */
export interface IMistake {
  /** One line: what is wrong. */
  message: string;
  /** The line in question, as written. */
  line: string;
  /** Line of the cell, from 1. */
  lineNumber: number;
  /** Column of the mistake in `line`, from 0, code points. */
  column: number;
  length: number;
  /** The nearest valid thing, if there is one: `did you mean --fresh?` */
  hint?: string;
}
