import type { Kernel, KernelMessage as JupyterMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { COMM_TARGET, type KernelMessage, type PageMessage } from '../protocol/index.js';
import type { IRunLink, IRunRegistry } from '../tokens.js';

/**
 * The comm to one kernel. It is opened again where the kernel has lost it: after a restart,
 * and where the kernel closed it because it took the page for gone. While it is open, the
 * registry knows this link.
 */
export class KernelLink implements IRunLink, IDisposable {
  constructor(kernel: Kernel.IKernelConnection, registry: IRunRegistry) {
    this._kernel = kernel;
    this._registry = registry;
    kernel.statusChanged.connect(this._onStatusChanged, this);
    kernel.connectionStatusChanged.connect(this._onConnectionStatusChanged, this);
    kernel.disposed.connect(this.dispose, this);
    this._open();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._kernel.statusChanged.disconnect(this._onStatusChanged, this);
    this._kernel.connectionStatusChanged.disconnect(this._onConnectionStatusChanged, this);
    this._kernel.disposed.disconnect(this.dispose, this);
    const comm = this._comm;
    this._drop();
    if (comm && !comm.isDisposed && !this._kernel.isDisposed) {
      comm.close();
    }
    Signal.clearData(this);
  }

  get kernel(): Kernel.IKernelConnection {
    return this._kernel;
  }

  /** Emitted with each message of the kernel, after the registry has taken it in. */
  get received(): ISignal<this, KernelMessage> {
    return this._received;
  }

  attach(id: string): void {
    const message: PageMessage = { type: 'attach', id };
    if (this._comm && !this._comm.isDisposed) {
      this._comm.send(message);
    }
  }

  private _open(): void {
    if (this._isDisposed || (this._comm && !this._comm.isDisposed)) {
      return;
    }
    this._drop();
    // Where two notebooks share a kernel, comms belong to the connection that came first.
    if (!this._kernel.handleComms || this._refused || !canAnswer(this._kernel.status)) {
      return;
    }
    const comm = this._kernel.createComm(COMM_TARGET);
    this._comm = comm;
    this._answered = false;
    comm.onMsg = msg => this._onMessage(comm, msg);
    comm.onClose = () => this._onClosed(comm);
    comm.open();
    this._known = this._registry.addLink(this);
  }

  private _drop(): void {
    this._comm = null;
    this._known?.dispose();
    this._known = null;
  }

  private _onMessage(comm: Kernel.IComm, msg: JupyterMessage.ICommMsgMsg): void {
    if (comm !== this._comm) {
      return;
    }
    this._answered = true;
    const message = msg.content.data as unknown as KernelMessage;
    this._registry.receive(this, message);
    this._received.emit(message);
  }

  private _onClosed(comm: Kernel.IComm): void {
    if (comm !== this._comm) {
      return;
    }
    this._drop();
    // A kernel that never answered has no such target: it is not one of ours.
    this._refused = !this._answered;
    this._open();
  }

  private _onStatusChanged(_sender: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (this._comm?.isDisposed || isRestart(status)) {
      // A restart disposes of comms; the new kernel has not been asked yet.
      this._drop();
      this._refused = false;
    }
    if (canAnswer(status)) {
      this._open();
    }
  }

  private _onConnectionStatusChanged(
    _sender: Kernel.IKernelConnection,
    status: Kernel.ConnectionStatus
  ): void {
    if (status !== 'connected') {
      return;
    }
    if (this._comm && !this._comm.isDisposed) {
      this._registry.refresh(this);
    } else {
      this._open();
    }
  }

  private _kernel: Kernel.IKernelConnection;
  private _registry: IRunRegistry;
  private _comm: Kernel.IComm | null = null;
  /** The comm has brought a message. */
  private _answered = false;
  private _refused = false;
  private _known: IDisposable | null = null;
  private _isDisposed = false;
  private _received = new Signal<this, KernelMessage>(this);
}

function isRestart(status: Kernel.Status): boolean {
  return status === 'restarting' || status === 'autorestarting';
}

function canAnswer(status: Kernel.Status): boolean {
  return status === 'idle' || status === 'busy' || status === 'unknown';
}
