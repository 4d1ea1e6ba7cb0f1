import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';

import { readRun } from '../models/bundle.js';
import type { RunView as ViewName } from '../protocol/index.js';
import type { IRankbookSettings, IRun, IRunRegistry } from '../tokens.js';
import { GridView } from './gridView.js';
import { MergedView } from './mergedView.js';
import { Painter } from './painter.js';
import { RunHeader } from './runHeader.js';
import { TabbedView } from './tabbedView.js';

export interface IRunViewOptions {
  registry: IRunRegistry;
  /** For the outputs of the ranks. */
  rendermime: IRenderMimeRegistry;
  settings: IRankbookSettings | null;
  translator: ITranslator;
}

/**
 * The output of one run. JupyterLab calls `renderModel` again on the same widget for each
 * new bundle; in between the run changes by itself while it is running.
 */
export class RunView extends Panel implements IRenderMime.IRenderer {
  constructor(options: IRunViewOptions) {
    super();
    this.addClass('jp-Rankbook');
    this._options = options;
    this._trans = options.translator.load('rankbook');
    this._painter = new Painter(() => this._paint());
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._painter.dispose();
    this._setRun(null);
    super.dispose();
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const bundle = readRun(model.data);
    this._trusted = model.trusted;
    const before = this._run;
    this._setRun(bundle && this._options.registry.acquire(bundle, model.trusted), before);
    if (bundle) {
      this._painter.paintNow();
    } else {
      this._showUnreadable(model);
    }
    return Promise.resolve();
  }

  private _setRun(run: IRun | null, before = this._run): void {
    this._run = run;
    if (before !== run) {
      run?.changed.connect(this._onChanged, this);
      before?.changed.disconnect(this._onChanged, this);
    }
    if (before) {
      this._options.registry.release(before);
    }
  }

  private _onChanged(): void {
    this._painter.request();
  }

  private _paint(): void {
    const model = this._run;
    if (!model) {
      return;
    }
    if (!this._header) {
      this._clear();
      this._header = new RunHeader(this._trans);
      this.addWidget(this._header);
    }
    this._header.showRun(model);
    const view = this._bodyFor(model.run.view);
    view.trusted = this._trusted;
    // Where the world could not be had, only the notices have something to say.
    view.setHidden(model.ended && model.run.ranks.length === 0);
    view.showRun(model);
  }

  private _bodyFor(name: ViewName): TabbedView | MergedView | GridView {
    if (this._body && this._bodyName === name) {
      return this._body;
    }
    this._body?.dispose();
    const options = {
      rendermime: this._options.rendermime,
      translator: this._options.translator,
      settings: this._options.settings,
      trans: this._trans,
      trusted: this._trusted
    };
    const View = name === 'merged' ? MergedView : name === 'grid' ? GridView : TabbedView;
    const body = new View(options);
    this._bodyName = name;
    this._body = body;
    this.addWidget(body);
    return body;
  }

  /** A bundle that another version wrote: its plain text is readable all the same. */
  private _showUnreadable(model: IRenderMime.IMimeModel): void {
    this._clear();
    const text = model.data['text/plain'];
    const note = new Widget({ node: document.createElement('p') });
    note.addClass('jp-Rankbook-rankNotes');
    note.node.textContent = this._trans.__(
      'This output was made by another version of Rankbook. Its text:'
    );
    const plain = new Widget({ node: document.createElement('pre') });
    plain.node.textContent = Array.isArray(text)
      ? text.join('')
      : typeof text === 'string'
        ? text
        : '';
    this.addWidget(note);
    this.addWidget(plain);
  }

  private _clear(): void {
    for (const widget of [...this.widgets]) {
      widget.dispose();
    }
    this._header = null;
    this._body = null;
    this._bodyName = null;
  }

  private _options: IRunViewOptions;
  private _trans: TranslationBundle;
  private _painter: Painter;
  private _run: IRun | null = null;
  private _trusted = false;
  private _header: RunHeader | null = null;
  private _body: TabbedView | MergedView | GridView | null = null;
  private _bodyName: ViewName | null = null;
}
