import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { IOutput, IMimeBundle } from '@jupyterlab/nbformat';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';

import { hasEnded } from '../models/delta.js';
import { RUN_MIME, type IRunModel, type MimeBundle } from '../protocol/index.js';

/** A display of a run in the outputs of a cell. */
export interface IRunOutput {
  outputs: IOutputAreaModel;
  index: number;
  /** The stored display is the final one. */
  final: boolean;
}

/** The first display of a run in a notebook. */
export function findRunOutput(cells: Iterable<ICellModel>, id: string): IRunOutput | null {
  for (const cell of cells) {
    const outputs = outputsOf(cell);
    for (let index = 0; outputs && index < outputs.length; index++) {
      const run = storedRun(outputs, index);
      if (run?.id === id) {
        return { outputs, index, final: hasEnded(run) };
      }
    }
  }
  return null;
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
