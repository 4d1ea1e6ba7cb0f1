import type { IOutput } from '@jupyterlab/nbformat';
import { Panel, Widget } from '@lumino/widgets';

import { parseAnsi } from '../models/ansi.js';
import type { ArrivalItem } from '../models/arrival.js';
import { foldControls } from '../models/terminal.js';
import { createOutputArea, PieceModel, type IOutputAreaOptions } from './outputArea.js';
import { rankColorClass } from './tabs.js';

/** A row of the merged view: the rank, and a line of it or one of its other outputs. */
export interface IMergedRow extends Widget {
  /** Show what its item has become. */
  refresh(): void;
}

/**
 * @param repeats - The row before is of the same rank, so that the label need not stand
 * out again.
 */
export function createRow(
  item: ArrivalItem,
  repeats: boolean,
  options: IOutputAreaOptions & { trusted: boolean }
): IMergedRow {
  const row = item.kind === 'line' ? new LineRow(item) : new OutputRow(item, options);
  row.addClass('jp-Rankbook-row');
  row.addClass(rankColorClass(item.rank));
  row.toggleClass('jp-mod-repeat', repeats);
  return row;
}

class LineRow extends Widget implements IMergedRow {
  constructor(item: ArrivalItem & { kind: 'line' }) {
    super();
    this._item = item;
    this.toggleClass('jp-mod-stderr', item.name === 'stderr');
    this._text = document.createElement('pre');
    this.node.append(label(item.rank), this._text);
    this.refresh();
  }

  refresh(): void {
    const { text } = this._item;
    if (text === this._shown) {
      return;
    }
    this._shown = text;
    const line = foldControls(text.endsWith('\n') ? text.slice(0, -1) : text);
    this._text.replaceChildren(...parseAnsi(line).map(piece => styledText(piece)));
  }

  private _item: ArrivalItem & { kind: 'line' };
  private _text: HTMLElement;
  private _shown: string | null = null;
}

class OutputRow extends Panel implements IMergedRow {
  constructor(
    item: ArrivalItem & { kind: 'output' },
    options: IOutputAreaOptions & { trusted: boolean }
  ) {
    super();
    this._item = item;
    this._model = new PieceModel({ trusted: options.trusted });
    this.addWidget(new Widget({ node: label(item.rank) }));
    this.addWidget(createOutputArea(this._model, options));
    this.refresh();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    super.dispose();
    this._model.dispose();
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

  private _item: ArrivalItem & { kind: 'output' };
  private _model: PieceModel;
  private _data: unknown = null;
}

function label(rank: number): HTMLElement {
  const element = document.createElement('span');
  element.className = 'jp-Rankbook-rowRank';
  element.textContent = `[${rank}] `;
  return element;
}

function styledText(piece: ReturnType<typeof parseAnsi>[number]): Node {
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
