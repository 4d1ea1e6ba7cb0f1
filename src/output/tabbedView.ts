import { Panel } from '@lumino/widgets';

import { openingTab, type TabId } from '../models/opening.js';
import { rankName } from '../models/delta.js';
import type { IRankModel } from '../protocol/index.js';
import type { IRankbookSettings, IRun } from '../tokens.js';
import { MergedView } from './mergedView.js';
import { RankView, type IRankViewOptions } from './rankView.js';
import { TabBar, type ITab } from './tabs.js';
import { duration, stateWord } from './words.js';

export interface ITabbedViewOptions extends IRankViewOptions {
  settings: IRankbookSettings | null;
}

/**
 * A tab for all ranks together, where there are several, and one for each; views are made when first
 * shown.
 */
export class TabbedView extends Panel {
  constructor(options: ITabbedViewOptions) {
    super();
    this._options = options;
    const panelId = `jp-rankbook-panel-${counter++}`;
    this._tabs = new TabBar(options.trans.__('Output of the ranks'), panelId);
    this._tabs.chosen.connect(this._onChosen, this);
    this._panel = new Panel();
    this._panel.id = panelId;
    this._panel.addClass('jp-Rankbook-tabPanel');
    this._panel.node.setAttribute('role', 'tabpanel');
    this._panel.node.tabIndex = 0;
    this.addWidget(this._tabs);
    this.addWidget(this._panel);
  }

  set trusted(value: boolean) {
    this._options = { ...this._options, trusted: value };
    for (const view of this._views.values()) {
      view.trusted = value;
    }
  }

  showRun(model: IRun): void {
    this._model = model;
    const { run } = model;
    if (
      this._chosen === 'all'
        ? run.ranks.length === 1
        : !run.ranks.some(rank => rank.rank === this._chosen)
    ) {
      this._chosen = null;
    }
    const preference = run.ranks.length === 1 ? 'first' : this._options.settings?.openingTab;
    const selected = this._chosen ?? openingTab(run, preference ?? 'all');
    this._tabs.setTabs(this._describeTabs(model), selected);
    this._panel.node.setAttribute('aria-labelledby', this._tabs.selectedElementId);
    this._show(model, selected);
  }

  private _describeTabs(model: IRun): ITab[] {
    const { trans } = this._options;
    const { run } = model;
    const state = model.lost ? 'lost' : run.state;
    const ranks = run.ranks.map(rank => this._describeRank(rank, model.lost));
    if (ranks.length === 1) {
      // All of them are this one.
      return ranks;
    }
    const all: ITab = {
      id: 'all',
      label: trans.__('All'),
      state,
      description: trans.__('All ranks: %1', stateWord(trans, state))
    };
    return [all, ...ranks];
  }

  private _describeRank(rank: IRankModel, lost: boolean): ITab {
    const { trans } = this._options;
    const open = rank.state === 'starting' || rank.state === 'running';
    const state = lost && open ? 'lost' : rank.state;
    const word = stateWord(trans, state);
    const name = rankName(rank);
    let description = trans.__('Rank %1: %2', name, word);
    if (rank.line !== undefined && state === 'error') {
      description = trans.__('Rank %1: %2 in line %3', name, word, rank.line);
    } else if (rank.seconds !== undefined && state === 'done') {
      description = trans.__('Rank %1: %2 in %3', name, word, duration(rank.seconds));
    }
    return { id: rank.rank, label: name, state, description };
  }

  private _show(model: IRun, selected: TabId): void {
    const view = this._views.get(selected) ?? this._createView(selected);
    for (const [id, other] of this._views) {
      other.setHidden(id !== selected);
    }
    if (view instanceof MergedView) {
      view.showRun(model);
      return;
    }
    const rank = model.run.ranks.find(candidate => candidate.rank === selected);
    if (rank) {
      view.showRank(rank, model.version(rank.rank), model.ended);
    }
  }

  private _createView(id: TabId): MergedView | RankView {
    const view = id === 'all' ? new MergedView(this._options) : new RankView(this._options);
    this._views.set(id, view);
    this._panel.addWidget(view);
    return view;
  }

  private _onChosen(_sender: TabBar, id: TabId): void {
    this._chosen = id;
    if (this._model) {
      this.showRun(this._model);
    }
  }

  private _options: ITabbedViewOptions;
  private _tabs: TabBar;
  private _panel: Panel;
  private _model: IRun | null = null;
  private _views = new Map<TabId, MergedView | RankView>();
  /** The tab that the user chose; null: none yet. */
  private _chosen: TabId | null = null;
}

let counter = 0;
