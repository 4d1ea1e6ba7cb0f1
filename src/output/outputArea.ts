import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator } from '@jupyterlab/translation';

/** Outputs that are cut into pieces already: it does not join them again. */
export class PieceModel extends OutputAreaModel {
  protected override shouldCombine(): boolean {
    return false;
  }
}

export interface IOutputAreaOptions {
  rendermime: IRenderMimeRegistry;
  translator: ITranslator;
}

/** JupyterLab's output area without prompts; what to leave out is the model's matter. */
export function createOutputArea(
  model: PieceModel,
  options: IOutputAreaOptions
): SimplifiedOutputArea {
  return new SimplifiedOutputArea({
    model,
    rendermime: options.rendermime,
    translator: options.translator,
    maxNumberOutputs: Infinity
  });
}
