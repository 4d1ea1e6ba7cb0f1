import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { ArrivalReader } from '../models/arrival.js';
import { findRank, rankName } from '../models/delta.js';
import type { IRun } from '../tokens.js';
import { GAP_CLASS, gapButton } from './gap.js';
import { HostedLayout } from './hostedLayout.js';
import { createRow, UNFOLD_CLASS, type IMergedRow, type IMergedRowOptions } from './mergedRow.js';

/** Rows shown at the beginning and at the end of a long run, and per click in between. */
const HEAD = 200;
const TAIL = 300;
const MORE = 2000;

/**
 * The outputs of all ranks in the order in which they arrived, with the rank before each
 * line. Of a long run the middle is left out until the user asks for it, and so is a traceback
 * that is there already.
 */
export class MergedView extends Widget {
  constructor(options: IMergedRowOptions) {
    super();
    // The class brings JupyterLab's colours for ANSI codes.
    this.addClass('jp-RenderedText');
    this.addClass('jp-Rankbook-merged');
    this._options = options;
    this.layout = this._hosted;
    this._gap = gapButton('');
    this._gap.hidden = true;
    this._note = document.createElement('div');
    this._note.className = 'jp-Rankbook-rankNotes';
    this.node.append(this._gap, this._note);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._removeRows(this._head);
    this._removeRows(this._tail);
    super.dispose();
  }

  set trusted(value: boolean) {
    if (this._options.trusted !== value) {
      this._options = { ...this._options, trusted: value };
      this._rebuild = true;
    }
  }

  showRun(model: IRun): void {
    this._model = model;
    const { run, generation } = model;
    const width = Math.max(1, ...run.ranks.map(rank => rankName(rank).length)) + 4;
    this.node.style.setProperty('--jp-rankbook-label-width', `${width}ch`);
    this._rebuild ||= generation !== this._generation;
    this._generation = generation;
    this._reader.read(run, generation);
    if (this._rebuild) {
      this._rebuild = false;
      this._removeRows(this._head);
      this._removeRows(this._tail);
    }
    for (const row of [...this._head, ...this._tail]) {
      // An update of a display changes a row of any age; a row knows whether it has.
      row.view.refresh();
    }
    this._showRows();
    this._showNote(model);
  }

  handleEvent(event: Event): void {
    const target = event.target as Element;
    if (target.closest(`button.${GAP_CLASS}`) && this._model) {
      this._headLength += MORE;
      this.showRun(this._model);
    } else if (target.closest(`button.${UNFOLD_CLASS}`)) {
      this._toggleRow(target);
    }
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.node.addEventListener('click', this);
  }

  protected override onBeforeDetach(msg: Message): void {
    this.node.removeEventListener('click', this);
    super.onBeforeDetach(msg);
  }

  private _nameOf = (rank: number): string => {
    const model = this._model && findRank(this._model.run, rank);
    return model ? rankName(model) : String(rank);
  };

  private _toggleRow(target: Element): void {
    const row = [...this._head, ...this._tail].find(({ view }) => view.node.contains(target));
    row?.view.toggle?.();
    if (row?.view.widget) {
      this._hosted.addTo(row.view.node, row.view.widget);
    }
  }

  private _showRows(): void {
    const count = this._reader.items.length;
    // Rows that stood in the tail come again in the head.
    const headEnd = Math.min(count, this._headLength);
    this._insertRows(this._head, this._head.length, headEnd, this._gap);
    const tailStart = Math.max(this._head.length, count - TAIL);
    const keep = this._tail.findIndex(row => row.index >= tailStart);
    this._removeRows(this._tail, keep === -1 ? this._tail.length : keep);
    const last = this._tail[this._tail.length - 1];
    this._insertRows(this._tail, last ? last.index + 1 : tailStart, count, this._note);
    this._showGap(tailStart - this._head.length);
  }

  /** Make the rows of the items from `from` up to `to` and put them in at once. */
  private _insertRows(rows: IRow[], from: number, to: number, before: Node): void {
    const { items } = this._reader;
    const added: IRow[] = [];
    for (let index = from; index < to; index++) {
      const item = items[index];
      if (item) {
        const repeats = items[index - 1]?.rank === item.rank;
        added.push({ index, view: createRow(item, this._nameOf, repeats, this._options) });
      }
    }
    if (added.length === 0) {
      return;
    }
    const fragment = document.createDocumentFragment();
    fragment.append(...added.map(row => row.view.node));
    this.node.insertBefore(fragment, before);
    for (const { view } of added) {
      if (view.widget) {
        this._hosted.addTo(view.node, view.widget);
      }
    }
    rows.push(...added);
  }

  private _removeRows(rows: IRow[], count = rows.length): void {
    for (const row of rows.splice(0, count)) {
      row.view.dispose();
    }
  }

  private _showGap(hidden: number): void {
    this._gap.hidden = hidden <= 0;
    if (hidden > 0 && hidden !== this._hidden) {
      const { trans } = this._options;
      const more = Math.min(hidden, MORE);
      this._gap.textContent = trans.__('%1 lines not shown: show %2 more', hidden, more);
    }
    this._hidden = hidden;
  }

  private _showNote(model: IRun): void {
    const empty = model.ended && this._reader.items.length === 0;
    this._note.textContent = empty ? this._options.trans.__('No output.') : '';
  }

  private _options: IMergedRowOptions;
  private _reader = new ArrivalReader();
  private _model: IRun | null = null;
  private _generation = -1;
  private _rebuild = false;
  private _headLength = HEAD;
  private _head: IRow[] = [];
  private _tail: IRow[] = [];
  private _hosted = new HostedLayout();
  private _gap: HTMLButtonElement;
  private _note: HTMLElement;
  private _hidden = 0;
}

interface IRow {
  /** Of the item that it shows. */
  index: number;
  view: IMergedRow;
}
