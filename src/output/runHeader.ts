import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { firstNotices, type INotice, type IRunModel } from '../protocol/index.js';
import type { IRun } from '../tokens.js';
import { gapButton } from './gap.js';
import { stateIcon, type IconName } from './icons.js';
import { clock, duration, stateWord } from './words.js';

/** Milliseconds between two steps of the clock of a running run. */
const TICK = 500;

/** The command of a run, its world, state and time, and the notices about it. */
export class RunHeader extends Widget {
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-Rankbook-header');
    this._trans = trans;
    this._command = span('jp-Rankbook-command');
    this._world = span('jp-Rankbook-world');
    this._state = span('jp-Rankbook-state');
    this._state.setAttribute('role', 'status');
    this._time = span('jp-Rankbook-time');
    const title = document.createElement('div');
    title.className = 'jp-Rankbook-title';
    // These two stay side by side where the line is too short for all.
    const progress = span('jp-Rankbook-progress');
    progress.append(this._state, this._time);
    title.append(this._command, this._world, progress);
    this._notices = document.createElement('div');
    this._notices.className = 'jp-Rankbook-notices';
    this._more = gapButton('');
    this._more.hidden = true;
    this.node.append(title, this._notices, this._more);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._setTicking(false);
    super.dispose();
  }

  showRun(model: IRun): void {
    const { run } = model;
    this._started = Date.parse(run.started);
    setText(this._command, run.command);
    this._command.title = run.command;
    setText(this._world, this._worldText(run));
    const state = model.lost ? 'lost' : run.state;
    this._showState(state);
    const running = state === 'starting' || state === 'running';
    if (!running) {
      setText(this._time, run.seconds === undefined ? '' : duration(run.seconds));
    }
    this._setTicking(running);
    this._showNotices(run.notices);
  }

  handleEvent(event: Event): void {
    if (event.target === this._more) {
      this._allNotices = true;
      this._showNotices(this._current);
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

  private _worldText(run: IRunModel): string {
    const { size, engine, fresh } = run.world;
    const own = run.ranks.filter(rank => rank.label === undefined).length;
    const ranks =
      own === size || own === 0
        ? this._trans._n('%1 rank', '%1 ranks', size)
        : this._trans.__('%1 of %2 ranks', own, size);
    return [ranks, engine, fresh ? this._trans.__('new world') : ''].filter(Boolean).join(' · ');
  }

  private _showState(state: IconName): void {
    if (this._state.dataset['state'] === state) {
      return;
    }
    this._state.dataset['state'] = state;
    this._state.replaceChildren(stateIcon(state), stateWord(this._trans, state));
  }

  private _showNotices(all: readonly INotice[]): void {
    this._current = all;
    const notices = this._allNotices ? all : firstNotices(all);
    const hidden = all.length - notices.length;
    this._more.hidden = hidden === 0;
    if (hidden > 0) {
      setText(this._more, this._trans._n('Show %1 more message', 'Show %1 more messages', hidden));
    }
    // A screen reader speaks an alert when it comes in, so those shown stay in place.
    const key = JSON.stringify(notices);
    if (key === this._noticesKey) {
      return;
    }
    const before = this._shownNotices;
    const kept = before.filter((text, index) => text === JSON.stringify(notices[index])).length;
    while (this._notices.children.length > kept) {
      this._notices.lastElementChild?.remove();
    }
    for (const notice of notices.slice(kept)) {
      this._notices.append(noticeElement(notice));
    }
    this._noticesKey = key;
    this._shownNotices = notices.map(notice => JSON.stringify(notice));
  }

  private _setTicking(on: boolean): void {
    if (on && this._timer === null) {
      this._tick();
      this._timer = setInterval(() => this._tick(), TICK);
    } else if (!on && this._timer !== null) {
      clearInterval(this._timer);
      this._timer = null;
    }
  }

  private _tick(): void {
    setText(this._time, clock((Date.now() - this._started) / 1000));
  }

  private _trans: TranslationBundle;
  private _command: HTMLElement;
  private _world: HTMLElement;
  private _state: HTMLElement;
  private _time: HTMLElement;
  private _notices: HTMLElement;
  private _more: HTMLButtonElement;
  private _current: readonly INotice[] = [];
  /** The user asked for those that are not shown at first. */
  private _allNotices = false;
  private _noticesKey = '[]';
  private _shownNotices: string[] = [];
  private _started = 0;
  private _timer: ReturnType<typeof setInterval> | null = null;
}

function noticeElement(notice: INotice): HTMLElement {
  const [summary = '', ...rest] = notice.text.split('\n');
  const element = document.createElement('div');
  element.className = `jp-Rankbook-notice jp-mod-${notice.level}`;
  element.setAttribute('role', notice.level === 'error' ? 'alert' : 'note');
  const first = document.createElement('div');
  first.className = 'jp-Rankbook-noticeSummary';
  first.textContent = summary;
  element.append(first);
  if (rest.length > 0) {
    const details = document.createElement('div');
    details.className = 'jp-Rankbook-noticeDetails';
    details.append(...rest.map(noticeLine));
    element.append(details);
  }
  return element;
}

/** A line of its own element: where it is broken, the rest of it is indented. */
function noticeLine(text: string): HTMLElement {
  const line = document.createElement('div');
  line.textContent = text;
  return line;
}

function span(className: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  return element;
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
