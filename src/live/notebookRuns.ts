import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { CodeCell, ICodeCellModel } from '@jupyterlab/cells';
import type { Kernel, Session } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import { hasEnded } from '../models/delta.js';
import type { IRunModel, KernelMessage, MimeBundle } from '../protocol/index.js';
import { RUN_MIME } from '../protocol/index.js';
import type { IRunRegistry } from '../tokens.js';
import { KernelLink } from './kernelLink.js';
import { isRankbookKernel } from './kernels.js';
import {
  addRunOutput,
  allRunOutputs,
  findRunOutput,
  finishRunOutput,
  restoreRunOutput,
  storeRunSoFar,
  type IRunOutput
} from './runOutputs.js';

/** Milliseconds after the end of a run within which its final display is on its way. */
const DISPLAY_TIME = 1500;
/** Milliseconds that JupyterLab may take to put a display that has come into its cell. */
const PLACING_TIME = 100;

type Snapshot = Extract<KernelMessage, { type: 'snapshot' }>;

/**
 * Keeps the outputs of one notebook true to the runs of its kernel where displays can not:
 * a page that was loaded in mid-run knows nothing of the display that the run updates, one that
 * restarts the kernel forgets it before the last update has come, where outputs are cleared in
 * mid-run there is nothing left to update, and a file that is saved in mid-run would have none of it.
 */
export class NotebookRuns implements IDisposable {
  /** Keep to a notebook for as long as it is open. */
  static follow(panel: NotebookPanel, registry: IRunRegistry): NotebookRuns {
    return new NotebookRuns(panel, registry);
  }

  private constructor(panel: NotebookPanel, registry: IRunRegistry) {
    this._panel = panel;
    this._registry = registry;
    panel.disposed.connect(this.dispose, this);
    panel.sessionContext.kernelChanged.connect(this._onKernelChanged, this);
    panel.context.saveState.connect(this._onSaveState, this);
    this._connect();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._panel.disposed.disconnect(this.dispose, this);
    this._panel.sessionContext.kernelChanged.disconnect(this._onKernelChanged, this);
    this._panel.context.saveState.disconnect(this._onSaveState, this);
    this._disconnect();
  }

  private _onKernelChanged(
    _sender: ISessionContext,
    _change: Session.ISessionConnection.IKernelChangedArgs
  ): void {
    this._disconnect();
    this._connect();
  }

  private _connect(): void {
    const kernel = this._panel.sessionContext.session?.kernel;
    if (!kernel) {
      return;
    }
    // Cells have to be there before the kernel tells of its runs.
    void Promise.all([isRankbookKernel(kernel), this._panel.context.ready]).then(([ours]) => {
      const current = this._panel.sessionContext.session?.kernel;
      if (ours && kernel === current && !this._isDisposed && !this._link) {
        this._link = new KernelLink(kernel, this._registry);
        this._link.received.connect(this._onReceived, this);
        kernel.anyMessage.connect(this._onAnyMessage, this);
      }
    });
  }

  private _disconnect(): void {
    this._link?.kernel.anyMessage.disconnect(this._onAnyMessage, this);
    this._link?.dispose();
    this._link = null;
    for (const timer of this._timers) {
      clearTimeout(timer);
    }
    this._timers.clear();
    this._cells.clear();
  }

  private _onReceived(link: KernelLink, message: KernelMessage): void {
    switch (message.type) {
      case 'runs':
        for (const { id, cellId } of message.runs) {
          if (cellId !== undefined) {
            this._cells.set(id, cellId);
            link.attach(id);
          }
        }
        break;
      case 'snapshot':
        this._onSnapshot(message);
        break;
      case 'end':
        this._cells.delete(message.id);
        this._expectFinal(link, message.id);
        break;
      default:
        // Deltas are the registry's; a run that is gone has left its last known state.
        break;
    }
  }

  private _onAnyMessage(_sender: unknown, { msg }: Kernel.IAnyMessageArgs): void {
    if (msg.header.msg_type !== 'update_display_data') {
      return;
    }
    const { data } = msg.content as { data: MimeBundle & { [RUN_MIME]?: IRunModel } };
    const run = data[RUN_MIME];
    if (run && hasEnded(run)) {
      const { msg_id: request } = msg.parent_header as Partial<typeof msg.header>;
      const cell = request === undefined ? null : this._executing(request);
      this._later(PLACING_TIME, () => {
        const output = this._find(run.id);
        if (output && !output.final) {
          finishRunOutput(output, run, data);
        } else if (!output && cell) {
          addRunOutput(cell, run, data);
        }
      });
    }
  }

  /** The cell that runs by this request of this page. */
  private _executing(request: string): ICodeCellModel | null {
    for (const cell of this._panel.content.widgets) {
      if (cell.model.type === 'code') {
        const { outputArea, model } = cell as CodeCell;
        if (outputArea.future?.msg.header.msg_id === request) {
          return model;
        }
      }
    }
    return null;
  }

  private _onSnapshot({ run, readable }: Snapshot): void {
    const cells = this._panel.content.model?.cells ?? [];
    const output = findRunOutput(cells, run.id);
    if (output && !output.final && hasEnded(run)) {
      finishRunOutput(output, run, readable);
    }
    const cellId = this._cells.get(run.id);
    if (output || cellId === undefined) {
      return;
    }
    for (const cell of cells) {
      if (cell.id === cellId) {
        restoreRunOutput(cell, run);
      }
    }
  }

  private _onSaveState(_sender: NotebookPanel['context'], state: string): void {
    // Before the notebook is read.
    if (state !== 'started') {
      return;
    }
    for (const output of allRunOutputs(this._panel.content.model?.cells ?? [])) {
      if (!output.final) {
        const run = this._registry.acquire(output.run, output.outputs.trusted);
        if (!run.lost && !run.ended) {
          storeRunSoFar(output, run.run);
        }
        this._registry.release(run);
      }
    }
  }

  /** The final display comes by itself, unless the page was loaded after the run began. */
  private _expectFinal(link: KernelLink, id: string): void {
    this._later(DISPLAY_TIME, () => {
      const output = this._find(id);
      if (output && !output.final) {
        link.attach(id);
      }
    });
  }

  private _find(id: string): IRunOutput | null {
    return findRunOutput(this._panel.content.model?.cells ?? [], id);
  }

  private _later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this._timers.delete(timer);
      act();
    }, milliseconds);
    this._timers.add(timer);
  }

  private _panel: NotebookPanel;
  private _registry: IRunRegistry;
  private _link: KernelLink | null = null;
  private _timers = new Set<ReturnType<typeof setTimeout>>();
  /** Cell of each run that went on when the page came to the kernel. */
  private _cells = new Map<string, string>();
  private _isDisposed = false;
}
