import { CallbackServer } from '../delegate/callback.js';
import { Delegate } from '../delegate/delegate.js';
import type { IPending } from '../delegate/pending.js';
import type { IDelegateExit } from '../delegate/process.js';
import { contentOf, originOf, parentIdOf } from '../wire/codec.js';
import type { IConnection } from '../wire/connection.js';
import { Fronts, type RequestChannel } from '../wire/fronts.js';
import type { Frames, IOrigin, IWireMessage, Json } from '../wire/message.js';
import { Session } from '../wire/session.js';
import { Signer } from '../wire/signer.js';
import { CALL_MESSAGE, DelegateCalls } from './calls.js';
import { Cells } from './cells.js';
import { CommRequests } from './comms.js';
import { publish, RequestContext, type IOutlet } from './context.js';
import { deathText } from './death.js';
import { Executor } from './execution.js';
import { patchKernelInfo } from './info.js';
import { InputBroker } from './input.js';
import { LiveComms } from './live.js';
import type { ILivePort } from '../runs/spec.js';
import { Names } from './names.js';
import { fromExtension } from './plain.js';
import { withRankHint } from './rankNames.js';
import { Responder } from './responder.js';
import type { IRunner } from './runner.js';

/** IOPub messages that may wait for slow writing before we stop reading the delegate's. */
const MAX_UNPUBLISHED = 64 << 20;

/** From the request to the end of the delegate and the ranks, milliseconds. */
const SHUTDOWN_TIME = 2000;

export interface IKernelOptions {
  connection: IConnection;
  python: string;
  /** For ipykernel. */
  delegateArguments: string[];
  env: NodeJS.ProcessEnv;
  /** Private directory of this kernel. */
  directory: string;
  makeRunner: (live: ILivePort) => IRunner;
  /** The delegate is ready to run cells: now there is time for other things. */
  onReady: () => void;
  /** End the process; all that could be closed has been. */
  exit: (code: number) => void;
  log: (text: string) => void;
}

type Handler = (message: IWireMessage) => Promise<void> | void;

/**
 * The kernel as Jupyter sees it. What no handler claims goes to the delegate as it is, and
 * all that the delegate says goes to the clients.
 */
export class Kernel {
  readonly #options: IKernelOptions;
  readonly #session: Session;
  readonly #fronts: Fronts;
  readonly #outlet: IOutlet;
  readonly #delegate: Delegate;
  readonly #callbacks: CallbackServer;
  readonly #input: InputBroker;
  readonly #live: LiveComms;
  readonly #runner: IRunner;
  readonly #cells: Cells;
  readonly #executor: Executor;
  readonly #calls: DelegateCalls;
  readonly #responder: Responder;
  readonly #comms: CommRequests;
  readonly #handlers: { readonly [channel in RequestChannel]: { [msgType: string]: Handler } };
  /** Said with the next cell: the delegate died while none was running. */
  #news: string | null = null;
  #ending = false;

  constructor(options: IKernelOptions) {
    const { connection, log } = options;
    this.#options = options;
    this.#session = new Session(new Signer(connection.key));
    this.#fronts = new Fronts(connection, this.#session, {
      onMessage: (channel, message) => this.#onMessage(channel, message),
      onSubscribers: count => this.#live.onSubscribers(count),
      log
    });
    this.#outlet = {
      session: this.#session,
      send: (channel, frames) => this.#fronts.send(channel, frames),
      publish: frames => this.#fronts.publish(frames),
      onIdle: () => this.#keepBusy()
    };
    this.#callbacks = new CallbackServer(options.directory);
    this.#delegate = new Delegate(
      {
        python: options.python,
        arguments: options.delegateArguments,
        env: options.env,
        directory: options.directory,
        key: connection.key,
        session: this.#session,
        setUp: ask => this.#setUp(ask)
      },
      {
        onReply: (channel, message) => this.#onDelegateReply(channel, message),
        onPublish: (message, idle) => this.#onDelegatePublish(message, idle),
        onDeath: (exit, unanswered, final) => this.#onDelegateDeath(exit, unanswered, final),
        onReady: options.onReady,
        log
      }
    );
    this.#input = new InputBroker(this.#session, frames => this.#fronts.send('stdin', frames));
    this.#live = new LiveComms(this.#outlet, {
      attach: id => this.#runner.attach(id),
      record: id => this.#runner.record(id),
      active: () => this.#runner.active()
    });
    this.#runner = options.makeRunner(this.#live);
    this.#cells = new Cells(this.#runner);
    this.#executor = new Executor({
      outlet: this.#outlet,
      delegate: this.#delegate,
      cells: this.#cells,
      input: this.#input
    });
    this.#calls = new DelegateCalls({
      outlet: this.#outlet,
      callbacks: this.#callbacks,
      cells: this.#cells,
      runner: this.#runner,
      input: this.#input,
      clientOf: id => this.#delegate.pending(id)?.origin.ids ?? []
    });
    this.#responder = new Responder(this.#outlet, this.#delegate);
    this.#comms = new CommRequests(this.#responder, this.#live);
    const names = new Names({
      responder: this.#responder,
      delegate: this.#delegate,
      cells: this.#cells,
      runner: this.#runner
    });
    this.#handlers = {
      shell: {
        execute_request: message => this.#onExecute(message),
        complete_request: message => names.complete(message),
        inspect_request: message => names.inspect(message),
        is_complete_request: message => names.isComplete(message),
        comm_open: message => this.#comms.open(message),
        comm_msg: message => this.#comms.receive(message),
        comm_close: message => this.#comms.close(message),
        comm_info_request: message => this.#comms.info('shell', message)
      },
      control: {
        comm_info_request: message => this.#comms.info('control', message),
        interrupt_request: message => this.#onInterrupt(message),
        shutdown_request: message => this.#onShutdown(message)
      },
      stdin: { input_reply: message => this.#onInputReply(message) }
    };
  }

  async start(): Promise<void> {
    await this.#callbacks.listen();
    await this.#fronts.bind();
    this.#delegate.start();
  }

  /** SIGINT: the delegate is in our process group and has got its own. */
  interrupt(): void {
    this.#runner.interrupt();
  }

  /** End at once, e.g. after SIGTERM: ranks, delegate, sockets. */
  async stop(code: number): Promise<void> {
    if (this.#ending) {
      return;
    }
    this.#ending = true;
    await this.#end(code, () => this.#delegate.kill());
  }

  // Requests of clients.

  async #onMessage(channel: RequestChannel, message: IWireMessage): Promise<void> {
    this.#live.heard(message.header.session);
    const handler = this.#handlers[channel][message.header.msg_type];
    if (!handler) {
      this.#delegate.forward(channel, message);
    } else {
      try {
        await handler(message);
      } catch (error) {
        const { msg_type, msg_id } = message.header;
        this.#options.log(`${channel}: ${msg_type} ${msg_id}: ${(error as Error).message}`);
      }
    }
    await this.#delegate.ready(channel);
  }

  #onExecute(message: IWireMessage): void {
    if (this.#news !== null) {
      publish(this.#outlet, 'stream', { name: 'stderr', text: this.#news }, originOf(message));
      this.#news = null;
    }
    this.#executor.push(message);
  }

  #onInterrupt(message: IWireMessage): Promise<void> | void {
    const ranks = this.#executor.running !== null;
    // In another shell a plain cell may run, or what a widget has called. Where a magic of ours
    // runs within it, the end of that run ends it: told twice, ranks would be killed.
    const plain = this.#delegate.busy && !(ranks && this.#calls.active);
    if (ranks || !plain) {
      this.#runner.interrupt();
    }
    if (plain) {
      // With a magic of ours in it, it tells the ranks, and its Python stops as well.
      this.#delegate.forward('control', message);
      return;
    }
    // A delegate that runs nothing for a client may be storing a cell in its history.
    return this.#responder.answer('control', message, () => ({ status: 'ok' }));
  }

  #onInputReply(message: IWireMessage): void {
    const { value } = contentOf(message);
    if (!this.#input.onReply(message, typeof value === 'string' ? value : '')) {
      this.#delegate.forward('stdin', message);
    }
  }

  async #onShutdown(message: IWireMessage): Promise<void> {
    if (this.#ending) {
      return;
    }
    this.#ending = true;
    await this.#end(0, async () => {
      await this.#delegate.leave(message);
      if (this.#delegate.pending(message.header.msg_id)) {
        const { restart } = contentOf(message);
        await this.#responder.answer('control', message, () => ({
          status: 'ok',
          restart: restart === true
        }));
      }
    });
  }

  /** Ranks and delegate, then sockets, then the process, in bounded time. */
  async #end(code: number, endDelegate: () => Promise<void>): Promise<void> {
    const timer = setTimeout(() => this.#options.exit(code), SHUTDOWN_TIME);
    await Promise.allSettled([this.#runner.dispose(), endDelegate()]);
    this.#callbacks.close();
    await this.#fronts.close();
    clearTimeout(timer);
    this.#options.exit(code);
  }

  // What the delegate says.

  async #setUp(ask: (msgType: string, content: object) => Promise<Json>): Promise<void> {
    const { path, token } = this.#callbacks;
    const call = `install(${JSON.stringify(path)}, ${JSON.stringify(token)})`;
    const reply = await ask('execute_request', {
      code: '',
      silent: true,
      store_history: false,
      user_expressions: { n: fromExtension(call) },
      allow_stdin: false
    });
    const { n } = reply['user_expressions'] as { n?: Json };
    if (n?.['status'] !== 'ok') {
      throw new Error(`${String(n?.['ename'])}: ${String(n?.['evalue'])}`);
    }
    const data = n['data'] as { 'text/plain': string };
    this.#executor.setCount(Number(data['text/plain']));
  }

  #onDelegateReply(channel: RequestChannel, message: IWireMessage): void {
    const requestId = parentIdOf(message);
    switch (message.header.msg_type) {
      case 'execute_reply':
        this.#executor.onReply(message, requestId);
        break;
      case 'kernel_info_reply':
        this.#sendPatched(channel, message, patchKernelInfo);
        return;
      case 'comm_info_reply':
        this.#sendPatched(channel, message, content => this.#comms.patchInfo(content, requestId));
        return;
    }
    this.#fronts.send(channel, message.frames);
  }

  #sendPatched(channel: RequestChannel, message: IWireMessage, patch: (c: Json) => Json): void {
    const { ids, header, parts } = message;
    const parent = { headerBytes: parts[1] } as IOrigin;
    this.#fronts.send(
      channel,
      this.#session.pack(header, patch(contentOf(message)), { ids, parent })
    );
  }

  async #onDelegatePublish(message: IWireMessage, idle: boolean): Promise<void> {
    if (message.header.msg_type === CALL_MESSAGE) {
      this.#calls.onCall(message).catch((error: Error) => {
        this.#options.log(`${CALL_MESSAGE}: ${error.message}`);
      });
      return;
    }
    this.#fronts.publish((await this.#hinted(message)) ?? message.frames);
    if (idle) {
      this.#keepBusy();
    }
    await this.#fronts.publishedBelow(MAX_UNPUBLISHED);
  }

  async #hinted(message: IWireMessage): Promise<Frames | null> {
    if (message.header.msg_type !== 'error') {
      return null;
    }
    const content = await withRankHint(contentOf(message), (...asked) =>
      this.#runner.inspect(...asked)
    );
    const parent = { headerBytes: message.parts[1] } as IOrigin;
    return content && this.#session.pack(message.header, content, { ids: message.ids, parent });
  }

  /**
   * Front ends show the status that came last, whosever it was: while a cell of ours runs,
   * the end of a completion must not make the kernel look idle.
   */
  #keepBusy(): void {
    this.#executor.running?.status('busy');
  }

  #onDelegateDeath(exit: IDelegateExit, unanswered: IPending[], final: boolean): void {
    const text = deathText(exit, final);
    this.#options.log(text);
    publish(this.#outlet, 'status', { execution_state: 'restarting' }, null);
    let told = false;
    for (const { channel, origin } of unanswered) {
      const context = new RequestContext(this.#outlet, channel, origin);
      if (origin.header.msg_type.endsWith('_request')) {
        const failure = { ename: 'DeadKernelError', evalue: text, traceback: [text] };
        if (origin.header.msg_type === 'execute_request') {
          context.publish('error', failure);
          told = true;
        }
        context.fail(failure);
      }
      context.status('idle');
    }
    this.#news = told ? null : `${text}\n`;
    this.#executor.onDeath();
    if (final) {
      void this.stop(1);
    }
  }
}
