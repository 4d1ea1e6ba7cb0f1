import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { IOutput, IMimeBundle } from '@jupyterlab/nbformat';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';

import { hasEnded } from '../models/delta.js';
import { plainText } from '../models/plain.js';
import { RUN_MIME, type IRunModel, type MimeBundle } from '../protocol/index.js';

/** A display of a run in the outputs of a cell. */
export interface IRunOutput {
  outputs: IOutputAreaModel;
  index: number;
  /** The run as it is stored. Not a copy: to be looked at only. */
  run: IRunModel;
  /** The stored display is the final one. */
  final: boolean;
}

/** The displays of runs in a notebook. */
export function* allRunOutputs(cells: Iterable<ICellModel>): Generator<IRunOutput> {
  for (const cell of cells) {
    const outputs = outputsOf(cell);
    for (let index = 0; outputs && index < outputs.length; index++) {
      const run = storedRun(outputs, index);
      if (run) {
        yield { outputs, index, run, final: hasEnded(run) };
      }
    }
  }
}

/** The first display of a run in a notebook. */
export function findRunOutput(cells: Iterable<ICellModel>, id: string): IRunOutput | null {
  for (const output of allRunOutputs(cells)) {
    if (output.run.id === id) {
      return output;
    }
  }
  return null;
}

/**
 * Put what a run has said so far into the notebook, which is about to be saved: should its end never
 * come, this is what is left of it.
 */
export function storeRunSoFar({ outputs, index }: IRunOutput, run: IRunModel): void {
  if (run.ranks.some(rank => rank.outputs.length > 0)) {
    outputs.set(index, displayOf(structuredClone(run), { 'text/plain': plainText(run) }));
  }
}

/**
 * Put a display of a run into its cell, after a page was loaded while the run was going on.
 * Displays of earlier runs are what the run's own execution has cleared.
 */
export function restoreRunOutput(cell: ICellModel, run: IRunModel): void {
  const outputs = outputsOf(cell);
  if (!outputs) {
    return;
  }
  for (let index = outputs.length - 1; index >= 0; index--) {
    if (storedRun(outputs, index)) {
      outputs.remove(index);
    }
  }
  outputs.add(displayOf(run));
}

/** Put the final display of a run below what its cell has to show. */
export function addRunOutput(cell: ICodeCellModel, run: IRunModel, readable: MimeBundle): void {
  cell.outputs.add(displayOf(run, readable));
}

/** Put the final state of a run in place of an earlier one, so that it is what is saved. */
export function finishRunOutput(
  { outputs, index }: IRunOutput,
  run: IRunModel,
  readable: MimeBundle = {}
): void {
  outputs.set(index, displayOf(run, readable));
}

function displayOf(run: IRunModel, readable: MimeBundle = {}): IOutput {
  return {
    output_type: 'display_data',
    data: { 'text/plain': run.command, ...readable, [RUN_MIME]: run } as unknown as IMimeBundle,
    metadata: {}
  };
}

function storedRun(outputs: IOutputAreaModel, index: number): IRunModel | null {
  // Only its id and its state are looked at: no need to copy a large run.
  return (outputs.get(index).data[RUN_MIME] ?? null) as unknown as IRunModel | null;
}

function outputsOf(cell: ICellModel): IOutputAreaModel | null {
  return cell.type === 'code' ? (cell as ICodeCellModel).outputs : null;
}
