import type { IOutput } from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';

import { rankName } from '../models/delta.js';
import type { IRankModel } from '../protocol/index.js';
import { visiblePieces, type VisiblePiece } from '../models/visible.js';
import { createOutputArea, PieceModel, type IOutputAreaOptions } from './outputArea.js';
import { GAP_CLASS, GAP_MIME } from './gap.js';
import { byteSize } from './words.js';

export interface IRankViewOptions extends IOutputAreaOptions {
  trusted: boolean;
  trans: TranslationBundle;
}

/**
 * The outputs of one rank in JupyterLab's own output area, and below them what is to be
 * said of the rank itself.
 */
export class RankView extends Panel {
  constructor(options: IRankViewOptions) {
    super();
    this.addClass('jp-Rankbook-rank');
    this._trans = options.trans;
    this._model = new PieceModel({ trusted: options.trusted });
    this._notes = new Widget();
    this._notes.addClass('jp-Rankbook-rankNotes');
    this.addWidget(createOutputArea(this._model, options));
    this.addWidget(this._notes);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    super.dispose();
    this._model.dispose();
  }

  set trusted(value: boolean) {
    if (this._model.trusted !== value) {
      this._model.trusted = value;
    }
  }

  /**
   * Show this state of the rank. What is shown already and has not changed is left as it
   * is; `version` tells whether there is anything to do at all.
   */
  showRank(rank: IRankModel, version: number, ended: boolean): void {
    if (this._version === version && this._ended === ended) {
      return;
    }
    this._version = version;
    this._ended = ended;
    this._rank = rank;
    const pieces = visiblePieces(rank.outputs, this._whole);
    pieces.forEach((piece, index) => {
      const shown = this._shown[index];
      if (shown && samePiece(shown, piece)) {
        return;
      }
      if (shown) {
        this._model.set(index, this._toOutput(piece));
      } else {
        this._model.add(this._toOutput(piece));
      }
    });
    this._removeFrom(pieces.length);
    this._shown = pieces.map(remember);
    this._showNotes(rank, ended);
  }

  handleEvent(event: Event): void {
    if ((event.target as Element).closest(`button.${GAP_CLASS}`) && this._rank) {
      this._whole = true;
      const version = this._version;
      this._version = NaN;
      this.showRank(this._rank, version, this._ended);
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

  private _removeFrom(length: number): void {
    if (length === 0 && this._shown.length > 0) {
      this._model.clear();
      return;
    }
    for (let index = this._shown.length - 1; index >= length; index--) {
      this._model.remove(index);
    }
  }

  private _toOutput(piece: VisiblePiece): IOutput {
    switch (piece.kind) {
      case 'text':
        return { output_type: 'stream', name: piece.name, text: piece.text };
      case 'rich':
        return piece.output as IOutput;
      case 'gap':
        return {
          output_type: 'display_data',
          data: { [GAP_MIME]: this._gapText(piece.characters, piece.outputs) },
          metadata: {}
        };
    }
  }

  private _gapText(characters: number, outputs: number): string {
    if (characters === 0) {
      return this._trans._n('Show %1 more output', 'Show %1 more outputs', outputs);
    }
    return this._trans.__('Show all (%1 more)', byteSize(characters));
  }

  private _showNotes(rank: IRankModel, ended: boolean): void {
    const notes: string[] = [];
    if (rank.exit) {
      notes.push(this._trans.__('Rank %1: %2', rankName(rank), rank.exit.cause));
    }
    if (rank.omitted) {
      const size = byteSize(rank.omitted);
      notes.push(
        ended
          ? this._trans.__('%1 of the output of this rank were left out.', size)
          : // The end of the run brings it.
            this._trans.__('%1 came too fast to be shown while the run goes on.', size)
      );
    }
    if (ended && rank.outputs.length === 0 && notes.length === 0) {
      notes.push(this._trans.__('No output.'));
    }
    this._notes.node.replaceChildren(
      ...notes.map(note => {
        const element = document.createElement('p');
        element.textContent = note;
        return element;
      })
    );
  }

  private _trans: TranslationBundle;
  private _model: PieceModel;
  private _notes: Widget;
  private _rank: IRankModel | null = null;
  private _version = NaN;
  private _ended = false;
  /** The user asked for all of a long text. */
  private _whole = false;
  private _shown: IShown[] = [];
}

/** What was shown: of a rich output the data too, as an update of it puts new data in. */
interface IShown {
  piece: VisiblePiece;
  data: unknown;
}

function remember(piece: VisiblePiece): IShown {
  return { piece, data: dataOf(piece) };
}

function samePiece(shown: IShown, piece: VisiblePiece): boolean {
  const old = shown.piece;
  if (old.kind === 'text') {
    return piece.kind === 'text' && old.name === piece.name && old.text === piece.text;
  }
  if (old.kind === 'rich') {
    return piece.kind === 'rich' && old.output === piece.output && shown.data === dataOf(piece);
  }
  return (
    piece.kind === 'gap' && old.characters === piece.characters && old.outputs === piece.outputs
  );
}

function dataOf(piece: VisiblePiece): unknown {
  return piece.kind === 'rich' && 'data' in piece.output ? piece.output.data : null;
}
