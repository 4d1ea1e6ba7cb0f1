import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

/** What ipywidgets shows itself as. */
const WIDGET_MIME = 'application/vnd.jupyter.widget-view+json';

/**
 * The model of a widget lives in the kernel, and ranks are no kernel: the page could only wait
 * for it for ever. So the widget's text stands here, and why.
 */
class WidgetNote extends Widget implements IRenderMime.IRenderer {
  constructor(trans: TranslationBundle) {
    super();
    this._trans = trans;
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const plain = model.data['text/plain'];
    const text = document.createElement('pre');
    text.textContent = Array.isArray(plain)
      ? plain.join('')
      : typeof plain === 'string'
        ? plain
        : '';
    const note = document.createElement('p');
    note.textContent = this._trans.__(
      'Widgets can be used in plain cells only; of a rank, this text is shown.'
    );
    const notes = document.createElement('div');
    notes.className = 'jp-Rankbook-rankNotes';
    notes.append(note);
    this.node.replaceChildren(text, notes);
    return Promise.resolve();
  }

  private _trans: TranslationBundle;
}

/** Takes the place of the renderer of ipywidgets. */
export function widgetNoteFactory(trans: TranslationBundle): IRenderMime.IRendererFactory {
  return { safe: true, mimeTypes: [WIDGET_MIME], createRenderer: () => new WidgetNote(trans) };
}
