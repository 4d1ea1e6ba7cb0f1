import { Panel, Widget } from '@lumino/widgets';

import { rankName } from '../models/delta.js';
import type { IRankModel } from '../protocol/index.js';
import type { IRun } from '../tokens.js';
import { stateIcon } from './icons.js';
import { RankView, type IRankViewOptions } from './rankView.js';
import { rankColorClass } from './tabs.js';
import { stateWord } from './words.js';

/** All ranks side by side. */
export class GridView extends Panel {
  constructor(options: IRankViewOptions) {
    super();
    this.addClass('jp-Rankbook-grid');
    this._options = options;
  }

  set trusted(value: boolean) {
    this._options = { ...this._options, trusted: value };
    for (const tile of this._tiles.values()) {
      tile.view.trusted = value;
    }
  }

  showRun(model: IRun): void {
    for (const rank of model.run.ranks) {
      const tile = this._tiles.get(rank.rank) ?? this._createTile(rank);
      this._showTitle(tile, rank);
      tile.view.showRank(rank, model.version(rank.rank), model.ended);
    }
  }

  private _createTile(rank: IRankModel): ITile {
    const panel = new Panel();
    panel.addClass('jp-Rankbook-tile');
    panel.addClass(rankColorClass(rank.rank));
    const title = new Widget();
    title.addClass('jp-Rankbook-tileTitle');
    panel.node.setAttribute('role', 'group');
    const view = new RankView(this._options);
    panel.addWidget(title);
    panel.addWidget(view);
    this.addWidget(panel);
    const tile = { panel, title, view, state: null };
    this._tiles.set(rank.rank, tile);
    return tile;
  }

  private _showTitle(tile: ITile, rank: IRankModel): void {
    if (tile.state === rank.state) {
      return;
    }
    tile.state = rank.state;
    const { trans } = this._options;
    const name = trans.__('Rank %1', rankName(rank));
    tile.title.node.replaceChildren(name, stateIcon(rank.state));
    tile.panel.node.setAttribute(
      'aria-label',
      trans.__('Rank %1: %2', rankName(rank), stateWord(trans, rank.state))
    );
  }

  private _options: IRankViewOptions;
  private _tiles = new Map<number, ITile>();
}

interface ITile {
  panel: Panel;
  title: Widget;
  view: RankView;
  /** The state that the title shows. */
  state: string | null;
}
