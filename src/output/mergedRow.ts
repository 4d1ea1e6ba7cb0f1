import type { IOutput } from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';

import { parseAnsi, type IStyledText } from '../models/ansi.js';
import type { ArrivalItem } from '../models/arrival.js';
import type { ISameError } from '../models/sameErrors.js';
import { foldControls } from '../models/terminal.js';
import type { RankOutput } from '../protocol/index.js';
import { gapButton } from './gap.js';
import { createOutputArea, PieceModel, type IOutputAreaOptions } from './outputArea.js';
import { rankColorClass } from './tabs.js';

/** Class of the button that shows a traceback in place and hides it again. */
export const UNFOLD_CLASS = 'jp-Rankbook-unfold';

export interface IMergedRowOptions extends IOutputAreaOptions {
  trusted: boolean;
  trans: TranslationBundle;
}

/** A row of the merged view: the rank, and a line of it or one of its other outputs. */
export interface IMergedRow extends IDisposable {
  readonly node: HTMLElement;
  /** What stands in the row, where that is a widget. */
  readonly widget: Widget | null;
  /** Show what its item has become. */
  refresh(): void;
  /** Show or hide what a folded row stands for; it is in `widget` then. */
  toggle?(): void;
}

/**
 * @param nameOf - What a rank is called.
 * @param repeats - The row before is of the same rank, so that the label need not stand
 * out again.
 */
export function createRow(
  item: ArrivalItem,
  nameOf: (rank: number) => string,
  repeats: boolean,
  options: IMergedRowOptions
): IMergedRow {
  const row = rowOf(item, nameOf, options);
  row.node.classList.add('jp-Rankbook-row', rankColorClass(item.rank));
  row.node.classList.toggle('jp-mod-repeat', repeats);
  return row;
}

function rowOf(
  item: ArrivalItem,
  nameOf: (rank: number) => string,
  options: IMergedRowOptions
): IMergedRow {
  const name = nameOf(item.rank);
  if (item.kind === 'line') {
    return new TextRow(name, () => item.text, item.name === 'stderr');
  }
  const { output, same } = item;
  if (same) {
    return new FoldedRow(output, same, name, nameOf(same.rank), options);
  }
  const text = plainTextOf(output);
  return text === null ? new OutputRow(output, name, options) : new TextRow(name, () => text);
}

/** The text of an output that is nothing but text and stays what it is; else null. */
function plainTextOf(output: RankOutput): string | null {
  if (!('data' in output) || ('transient' in output && output.transient?.display_id)) {
    return null;
  }
  const types = Object.keys(output.data);
  const text = output.data['text/plain'];
  if (types.length !== 1 || !(typeof text === 'string' || Array.isArray(text))) {
    return null;
  }
  return typeof text === 'string' ? text : text.join('');
}

/**
 * Text in the line of its label. All of it is inline, so that a selection that is copied has the
 * two in one line as well.
 */
class TextRow implements IMergedRow {
  constructor(name: string, text: () => string, isStderr = false) {
    this._current = text;
    this.node.classList.add('jp-mod-text');
    this.node.classList.toggle('jp-mod-stderr', isStderr);
    this.node.append(label(name), this._text);
    this.refresh();
  }

  readonly node = document.createElement('div');
  readonly widget = null;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.node.remove();
  }

  refresh(): void {
    const text = this._current();
    if (text === this._shown) {
      return;
    }
    this._shown = text;
    const line = foldControls(text.endsWith('\n') ? text.slice(0, -1) : text);
    this._text.replaceChildren(...parseAnsi(line).map(styledText));
  }

  private _current: () => string;
  private _text = document.createElement('pre');
  private _shown: string | null = null;
  private _isDisposed = false;
}

class OutputRow implements IMergedRow {
  constructor(output: RankOutput, name: string, options: IMergedRowOptions) {
    this._output = output;
    this._model = new PieceModel({ trusted: options.trusted });
    this.widget = createOutputArea(this._model, options);
    this.node.append(label(name));
    this.refresh();
  }

  readonly node = document.createElement('div');
  readonly widget: Widget;

  get isDisposed(): boolean {
    return this.widget.isDisposed;
  }

  dispose(): void {
    this.widget.dispose();
    this._model.dispose();
    this.node.remove();
  }

  refresh(): void {
    const output = this._output;
    const data = 'data' in output ? output.data : null;
    if (this._model.length === 0) {
      this._model.add(output as IOutput);
    } else if (data !== this._data) {
      this._model.set(0, output as IOutput);
    }
    this._data = data;
  }

  private _output: RankOutput;
  private _model: PieceModel;
  private _data: unknown = null;
}

/** An error whose traceback stands above already: in one line, and in full where asked for. */
class FoldedRow implements IMergedRow {
  constructor(
    output: RankOutput,
    same: ISameError,
    name: string,
    firstName: string,
    options: IMergedRowOptions
  ) {
    this._output = output;
    this._options = options;
    const { trans } = options;
    const text = document.createElement('pre');
    const ename = output.output_type === 'error' ? output.ename : '';
    const title =
      same.title === undefined
        ? trans.__('%1 as on rank %2', ename, firstName)
        : trans.__('%1 (traceback as on rank %2)', same.title, firstName);
    text.textContent = same.rest ? `${title}\n${same.rest}` : title;
    this._button = gapButton('', UNFOLD_CLASS);
    this.node.classList.add('jp-mod-text', 'jp-mod-folded');
    this.node.append(label(name), text, this._button);
    this._showButton();
  }

  readonly node = document.createElement('div');

  get widget(): Widget | null {
    return this._widget;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._fold();
    this.node.remove();
  }

  refresh(): void {
    // An error stays what it is.
  }

  toggle(): void {
    if (this._widget) {
      this._fold();
    } else {
      this._model = new PieceModel({ trusted: this._options.trusted });
      this._widget = createOutputArea(this._model, this._options);
      this._model.add(this._output as IOutput);
    }
    this._showButton();
  }

  private _fold(): void {
    this._widget?.dispose();
    this._model?.dispose();
    this._widget = null;
    this._model = null;
  }

  private _showButton(): void {
    const { trans } = this._options;
    const isOpen = this._widget !== null;
    this._button.textContent = isOpen ? trans.__('Hide traceback') : trans.__('Show traceback');
    this._button.setAttribute('aria-expanded', String(isOpen));
  }

  private _output: RankOutput;
  private _options: IMergedRowOptions;
  private _button: HTMLButtonElement;
  private _model: PieceModel | null = null;
  private _widget: Widget | null = null;
  private _isDisposed = false;
}

function label(name: string): HTMLElement {
  const element = document.createElement('span');
  element.className = 'jp-Rankbook-rowRank';
  element.textContent = `[${name}] `;
  return element;
}

function styledText(piece: IStyledText): Node {
  if (piece.classes.length === 0 && !piece.color && !piece.background) {
    return document.createTextNode(piece.text);
  }
  const element = document.createElement('span');
  element.className = piece.classes.join(' ');
  element.style.color = piece.color ?? '';
  element.style.backgroundColor = piece.background ?? '';
  element.textContent = piece.text;
  return element;
}
