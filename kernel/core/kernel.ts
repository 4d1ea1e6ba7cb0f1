import { COMM_TARGET } from '../../src/protocol/index.js';
import { CallbackServer } from '../delegate/callback.js';
import { Delegate } from '../delegate/delegate.js';
import type { IPending } from '../delegate/pending.js';
import type { IDelegateExit } from '../delegate/process.js';
import { isCompleteCell } from '../magics/index.js';
import { contentOf, originOf, parentIdOf } from '../wire/codec.js';
import type { IConnection } from '../wire/connection.js';
import { Fronts, type RequestChannel } from '../wire/fronts.js';
import type { IOrigin, IWireMessage, Json } from '../wire/message.js';
import { Session } from '../wire/session.js';
import { Signer } from '../wire/signer.js';
import { CALL_MESSAGE, DelegateCalls } from './calls.js';
import { Cells } from './cells.js';
import { completeOurs, inspectOurs } from './completion.js';
import { failureOf, publish, RequestContext, type IOutlet } from './context.js';
import { deathText } from './death.js';
import { Executor, fromExtension } from './execution.js';
import { mergeCommInfo, patchKernelInfo } from './info.js';
import { InputBroker } from './input.js';
import { LiveComms } from './live.js';
import type { ILivePort } from '../runs/spec.js';
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
  version: string;
  makeRunner(live: ILivePort): IRunner;
  /** The delegate is ready to run cells: now there is time for other things. */
  onReady(): void;
  /** End the process; all that could be closed has been. */
  exit(code: number): void;
  log(text: string): void;
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
  readonly #handlers: { readonly [channel in RequestChannel]: { [msgType: string]: Handler } };
  /** comm_info_requests that ask for another target than ours. */
  readonly #foreignCommInfo = new Set<string>();
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
        onReady: () => options.onReady(),
        log
      }
    );
    this.#input = new InputBroker(this.#session, frames => this.#fronts.send('stdin', frames));
    this.#live = new LiveComms(this.#outlet, {
      attach: id => this.#runner.attach(id),
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
    this.#handlers = {
      shell: {
        execute_request: message => this.#onExecute(message),
        complete_request: message => this.#onComplete(message),
        inspect_request: message => this.#onInspect(message),
        is_complete_request: message => this.#onIsComplete(message),
        comm_open: message => this.#onCommOpen(message),
        comm_msg: message => this.#onComm(message, (id, data) => this.#live.receive(id, data)),
        comm_close: message => this.#onComm(message, id => this.#live.close(id)),
        comm_info_request: message => this.#onCommInfo('shell', message)
      },
      control: {
        comm_info_request: message => this.#onCommInfo('control', message),
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
    this.#delegate.kill();
    await this.#end(code);
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

  /** Answer a request ourselves: the one bracket of busy and idle, the one catch. */
  async #answer(
    channel: RequestChannel,
    message: IWireMessage,
    make: () => Promise<Json> | Json | null
  ): Promise<void> {
    const context = new RequestContext(this.#outlet, channel, originOf(message));
    context.status('busy');
    try {
      const content = await make();
      if (content) {
        context.reply(content);
      }
    } catch (error) {
      context.fail(failureOf(error));
    }
    context.status('idle');
  }

  #onExecute(message: IWireMessage): void {
    if (this.#news !== null) {
      publish(this.#outlet, 'stream', { name: 'stderr', text: this.#news }, originOf(message));
      this.#news = null;
    }
    this.#executor.push(message);
  }

  #onComplete(message: IWireMessage): void {
    const { code, cursor_pos } = contentOf(message) as { code: string; cursor_pos: number };
    const answer = completeOurs(code, cursor_pos, this.#cells.automatic, {
      rank: (body, at) => this.#runner.complete(body, at),
      delegate: (body, at) => this.#askForNames(message, { code: body, cursor_pos: at })
    });
    this.#answerOrForward(message, answer);
  }

  #onInspect(message: IWireMessage): void {
    const content = contentOf(message) as { code: string; cursor_pos: number };
    const detail = (content as { detail_level?: unknown }).detail_level === 1 ? 1 : 0;
    const answer = inspectOurs(content.code, content.cursor_pos, this.#cells.automatic, {
      rank: (body, at) => this.#runner.inspect(body, at, detail),
      delegate: (body, at) =>
        this.#askForNames(message, { code: body, cursor_pos: at, detail_level: detail })
    });
    this.#answerOrForward(message, answer);
  }

  #onIsComplete(message: IWireMessage): void {
    const { code } = contentOf(message) as { code: string };
    const answer = isCompleteCell(code);
    this.#answerOrForward(message, answer && Promise.resolve({ ...answer }));
  }

  /** Does not hold up what the client sends next while the answer is being made. */
  #answerOrForward(message: IWireMessage, answer: Promise<Json> | null): void {
    if (answer) {
      void this.#answer('shell', message, () => answer);
    } else {
      this.#delegate.forward('shell', message);
    }
  }

  #askForNames(message: IWireMessage, content: object): Promise<Json> {
    const { msg_type, subshell_id } = message.header;
    return this.#delegate.ask('shell', msg_type, content, subshell_id ?? null);
  }

  #onCommOpen(message: IWireMessage): Promise<void> | void {
    const { target_name, comm_id } = contentOf(message);
    if (target_name !== COMM_TARGET || typeof comm_id !== 'string') {
      this.#delegate.forward('shell', message);
      return;
    }
    return this.#answer('shell', message, () => {
      this.#live.open(comm_id, message.header.session);
      return null;
    });
  }

  #onComm(message: IWireMessage, act: (id: string, data: Json) => void): Promise<void> | void {
    const { comm_id, data } = contentOf(message);
    if (typeof comm_id !== 'string' || !this.#live.owns(comm_id)) {
      this.#delegate.forward('shell', message);
      return;
    }
    return this.#answer('shell', message, () => {
      act(comm_id, (data as Json | undefined) ?? {});
      return null;
    });
  }

  #onCommInfo(channel: RequestChannel, message: IWireMessage): void {
    const target = contentOf(message)['target_name'];
    if (target !== undefined && target !== null && target !== COMM_TARGET) {
      this.#foreignCommInfo.add(message.header.msg_id);
    }
    this.#delegate.forward(channel, message);
  }

  #onInterrupt(message: IWireMessage): Promise<void> | void {
    if (!this.#executor.running) {
      // Also where a magic of ours runs within a plain cell: its Python is to stop as well.
      this.#delegate.forward('control', message);
      return;
    }
    return this.#answer('control', message, () => {
      this.#runner.interrupt();
      return { status: 'ok' };
    });
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
    this.#delegate.forward('control', message);
    await this.#delegate.leave();
    if (this.#delegate.pending(message.header.msg_id)) {
      const { restart } = contentOf(message);
      await this.#answer('control', message, () => ({ status: 'ok', restart: restart === true }));
    }
    await this.#end(0);
  }

  /** Ranks, sockets, process, in bounded time. */
  async #end(code: number): Promise<void> {
    const timer = setTimeout(() => this.#options.exit(code), SHUTDOWN_TIME);
    await this.#runner.dispose();
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
        this.#sendPatched(channel, message, content =>
          patchKernelInfo(content, this.#options.version)
        );
        return;
      case 'comm_info_reply':
        if (!this.#foreignCommInfo.delete(requestId)) {
          this.#sendPatched(channel, message, content => mergeCommInfo(content, this.#live.info()));
          return;
        }
        break;
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
      void this.#calls.onCall(message);
      return;
    }
    this.#fronts.publish(message.frames);
    if (idle) {
      this.#keepBusy();
    }
    await this.#fronts.publishedBelow(MAX_UNPUBLISHED);
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
