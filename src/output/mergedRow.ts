import type { IOutput } from '@jupyterlab/nbformat';
import type { IDisposable } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';

import { parseAnsi, type IStyledText } from '../models/ansi.js';
import type { ArrivalItem } from '../models/arrival.js';
import { foldControls } from '../models/terminal.js';
import { createOutputArea, PieceModel, type IOutputAreaOptions } from './outputArea.js';
import { rankColorClass } from './tabs.js';

type LineItem = Extract<ArrivalItem, { kind: 'line' }>;
type OutputItem = Extract<ArrivalItem, { kind: 'output' }>;

/** A row of the merged view: the rank, and a line of it or one of its other outputs. */
export interface IMergedRow extends IDisposable {
  readonly node: HTMLElement;
  /** What stands in the row, where that is a widget. */
  readonly widget: Widget | null;
  /** Show what its item has become. */
  refresh(): void;
}

/**
 * @param name - What the rank is called.
 * @param repeats - The row before is of the same rank, so that the label need not stand
 * out again.
 */
export function createRow(
  item: ArrivalItem,
  name: string,
  repeats: boolean,
  options: IOutputAreaOptions & { trusted: boolean }
): IMergedRow {
  const row = item.kind === 'line' ? new LineRow(item, name) : new OutputRow(item, name, options);
  row.node.classList.add('jp-Rankbook-row', rankColorClass(item.rank));
  row.node.classList.toggle('jp-mod-repeat', repeats);
  return row;
}

class LineRow implements IMergedRow {
  constructor(item: LineItem, name: string) {
    this._item = item;
    this.node.classList.toggle('jp-mod-stderr', item.name === 'stderr');
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
    const { text } = this._item;
    if (text === this._shown) {
      return;
    }
    this._shown = text;
    const line = foldControls(text.endsWith('\n') ? text.slice(0, -1) : text);
    this._text.replaceChildren(...parseAnsi(line).map(styledText));
  }

  private _item: LineItem;
  private _text = document.createElement('pre');
  private _shown: string | null = null;
  private _isDisposed = false;
}

class OutputRow implements IMergedRow {
  constructor(item: OutputItem, name: string, options: IOutputAreaOptions & { trusted: boolean }) {
    this._item = item;
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
    const { output } = this._item;
    const data = 'data' in output ? output.data : null;
    if (this._model.length === 0) {
      this._model.add(output as IOutput);
    } else if (data !== this._data) {
      this._model.set(0, output as IOutput);
    }
    this._data = data;
  }

  private _item: OutputItem;
  private _model: PieceModel;
  private _data: unknown = null;
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
