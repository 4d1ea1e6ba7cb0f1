import { Signal, type ISignal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';

import type { TabId } from '../models/opening.js';
import { stateIcon, type IconName } from './icons.js';

export interface ITab {
  id: TabId;
  label: string;
  state: IconName;
  /** Name and state in words, for screen readers and as a tooltip. */
  description: string;
}

/** More tabs than so many are set in columns. */
const MANY = 12;

/**
 * A tab bar after the tabs pattern of the ARIA Authoring Practices: one stop of the Tab
 * key, arrow keys, Home and End move and choose. Wraps to several lines, so that 64
 * ranks are all in reach.
 */
export class TabBar extends Widget {
  /**
   * @param label - What the tabs are of, for screen readers.
   * @param panelId - Id of the element that shows the chosen tab.
   */
  constructor(label: string, panelId: string) {
    super();
    this.addClass('jp-Rankbook-tabs');
    this.node.setAttribute('role', 'tablist');
    this.node.setAttribute('aria-label', label);
    this._panelId = panelId;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._listenForKeys(false);
    Signal.clearData(this);
    super.dispose();
  }

  /** Emitted with the tab that the user chose. */
  get chosen(): ISignal<this, TabId> {
    return this._chosen;
  }

  /** Id of the element of the selected tab. */
  get selectedElementId(): string {
    return this._elementId(this._selected);
  }

  /** Show these tabs; elements of tabs that stay are kept, and with them the focus. */
  setTabs(tabs: readonly ITab[], selected: TabId): void {
    this._selected = selected;
    this._ids = tabs.map(tab => tab.id);
    this.toggleClass('jp-mod-many', tabs.length > MANY);
    tabs.forEach((tab, index) => {
      const element = this._elements.get(tab.id) ?? this._createElement(tab);
      if (this.node.children[index] !== element) {
        this.node.insertBefore(element, this.node.children[index] ?? null);
      }
      this._fill(element, tab);
      const isSelected = tab.id === selected;
      element.setAttribute('aria-selected', String(isSelected));
      element.tabIndex = isSelected ? 0 : -1;
      element.classList.toggle('jp-mod-selected', isSelected);
    });
    while (this.node.children.length > tabs.length) {
      this.node.lastElementChild?.remove();
    }
    for (const id of this._elements.keys()) {
      if (!this._ids.includes(id)) {
        this._elements.delete(id);
      }
    }
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case 'click':
        this._onClick(event);
        break;
      case 'focusin':
        this._listenForKeys(true);
        break;
      case 'focusout':
        this._listenForKeys(false);
        break;
      case 'keydown':
        this._onKeydown(event as KeyboardEvent);
        break;
    }
  }

  protected override onAfterAttach(_msg: Message): void {
    for (const type of ['click', 'focusin', 'focusout']) {
      this.node.addEventListener(type, this);
    }
  }

  protected override onBeforeDetach(_msg: Message): void {
    for (const type of ['click', 'focusin', 'focusout']) {
      this.node.removeEventListener(type, this);
    }
    this._listenForKeys(false);
  }

  /**
   * The shortcuts of the notebook (arrow keys move between cells) are listened for at the
   * document, before events reach what is in it. So while a tab has the focus, keys are
   * taken from the window.
   */
  private _listenForKeys(on: boolean): void {
    if (on) {
      window.addEventListener('keydown', this, true);
    } else {
      window.removeEventListener('keydown', this, true);
    }
  }

  private _onClick(event: Event): void {
    const element = (event.target as Element).closest('[role="tab"]');
    const id = this._ids.find(tab => this._elements.get(tab) === element);
    if (id !== undefined) {
      this._choose(id);
    }
  }

  private _onKeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) {
      return;
    }
    const at = this._ids.indexOf(this._selected);
    const count = this._ids.length;
    const moves: { [key: string]: number } = {
      ArrowRight: (at + 1) % count,
      ArrowLeft: (at - 1 + count) % count,
      Home: 0,
      End: count - 1,
      Enter: at,
      ' ': at
    };
    const to = moves[event.key];
    const id = to === undefined ? undefined : this._ids[to];
    if (id === undefined) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    this._choose(id);
    this._elements.get(id)?.focus();
  }

  private _choose(id: TabId): void {
    this._chosen.emit(id);
  }

  private _createElement(tab: ITab): HTMLElement {
    const element = document.createElement('button');
    element.type = 'button';
    element.id = this._elementId(tab.id);
    element.className = 'jp-Rankbook-tab';
    element.setAttribute('role', 'tab');
    element.setAttribute('aria-controls', this._panelId);
    element.dataset['tab'] = String(tab.id);
    if (tab.id !== 'all') {
      element.classList.add(rankColorClass(tab.id));
    }
    this._elements.set(tab.id, element);
    return element;
  }

  private _fill(element: HTMLElement, tab: ITab): void {
    if (element.dataset['state'] !== tab.state) {
      element.dataset['state'] = tab.state;
      const label = document.createElement('span');
      label.className = 'jp-Rankbook-tabLabel';
      label.textContent = tab.label;
      element.replaceChildren(label, stateIcon(tab.state));
    }
    if (element.title !== tab.description) {
      element.title = tab.description;
      element.setAttribute('aria-label', tab.description);
    }
  }

  private _elementId(id: TabId): string {
    return `${this._panelId}-tab-${id}`;
  }

  private _panelId: string;
  private _ids: TabId[] = [];
  private _selected: TabId = 'all';
  private _elements = new Map<TabId, HTMLElement>();
  private _chosen = new Signal<this, TabId>(this);
}

/** Class that gives an element the colour of a rank, as `--jp-rankbook-color`. */
export function rankColorClass(rank: number): string {
  return `jp-Rankbook-color${rank % 8}`;
}
