import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

/** What stands in an output area for the part that is left out: the text of its button. */
export const GAP_MIME = 'application/vnd.rankbook.gap+json';

export const GAP_CLASS = 'jp-Rankbook-gap';

/** Whoever shows the gap listens for clicks on its button. */
class Gap extends Widget implements IRenderMime.IRenderer {
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[GAP_MIME];
    const text = typeof data === 'string' ? data : '';
    this.node.replaceChildren(gapButton(text));
    return Promise.resolve();
  }
}

export const gapFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: [GAP_MIME],
  createRenderer: () => new Gap()
};

/** A button that stands for something left out. */
export function gapButton(text: string, className = GAP_CLASS): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = className;
  // Else Enter would be the notebook's shortcut for editing the cell.
  button.dataset['lmSuppressShortcuts'] = 'true';
  button.textContent = text;
  return button;
}
