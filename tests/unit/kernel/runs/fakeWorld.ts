import type {
  ControlReport,
  ControlRequest,
  IRankExit,
  KernelMessage,
  StreamName,
  WorkReport,
  WorkRequest
} from '../../../../src/protocol/index.js';
import { RUN_MIME, type IRunModel } from '../../../../src/protocol/index.js';
import type { ICellPort, ILivePort, IRunSpec } from '../../../../kernel/runs/spec.js';
import {
  WorldError,
  type IStopped,
  type IWorld,
  type IWorldInfo,
  type IWorldListener,
  type IWorlds,
  type IWorldSpec,
  type WorldState
} from '../../../../kernel/worlds/world.js';

type Done = Extract<WorkReport, { type: 'done' }>;
type WaitState = NonNullable<Extract<ControlReport, { type: 'snapshot' }>['wait']>;

/** A world whose ranks do what the test says. */
export class FakeWorld implements IWorld {
  readonly id: string;
  readonly name: string;
  readonly engine = 'local' as const;
  notices: string[] = [];
  runs = 1;
  listener: IWorldListener | null = null;
  /** All that the ranks were sent, in order. */
  readonly work: { rank: number; request: WorkRequest; text: string }[] = [];
  readonly control: { rank: number; request: ControlRequest }[] = [];
  readonly alive: Set<number>;
  stopped = false;
  unclean = false;
  /** Called with each control request, to answer it. */
  onControlRequest: (rank: number, request: ControlRequest) => void = () => undefined;
  /** Ranks that survive `kill`, as processes in an uninterruptible system call do. */
  immortal = new Set<number>();

  constructor(
    readonly size: number,
    name: string | null = null
  ) {
    this.id = `w${size}`;
    this.name = name ?? String(size);
    this.alive = new Set(Array.from({ length: size }, (_, rank) => rank));
  }

  get state(): WorldState {
    return this.alive.size === 0 ? 'gone' : this.listener ? 'running' : 'idle';
  }

  get run(): string {
    const request = this.work.filter(sent => 'run' in sent.request).at(-1)?.request;
    return request && 'run' in request ? request.run : '';
  }

  sendWork(rank: number, request: WorkRequest, payload?: Uint8Array): void {
    this.work.push({ rank, request, text: payload ? Buffer.from(payload).toString() : '' });
  }

  sendControl(rank: number, request: ControlRequest): void {
    this.control.push({ rank, request });
    this.onControlRequest(rank, request);
  }

  markUnclean(): void {
    this.unclean = true;
  }

  kill(ranks = [...this.alive]): void {
    for (const rank of ranks) {
      if (this.alive.has(rank) && !this.immortal.has(rank)) {
        setTimeout(() => this.exit(rank, { signal: 'SIGKILL', cause: 'stopped by Rankbook' }), 5);
      }
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.alive.clear();
  }

  /** Ranks that have been sent this control request. */
  sent(type: ControlRequest['type']): number[] {
    return this.control.filter(({ request }) => request.type === type).map(({ rank }) => rank);
  }

  // What ranks do

  text(rank: number, text: string, stream: StreamName = 'stdout'): void {
    this.listener?.onText(rank, stream, text, 0);
  }

  display(rank: number, text: string, display_id?: string, update = false): void {
    const payload = Buffer.from(JSON.stringify({ data: { 'text/plain': text }, metadata: {} }));
    const output_type = update ? 'update_display_data' : 'display_data';
    this.listener?.onWork(
      rank,
      {
        type: 'display',
        run: this.run,
        epoch: 1,
        output_type,
        ...(display_id === undefined ? {} : { display_id })
      },
      payload
    );
  }

  ask(rank: number, prompt: string): void {
    const request = { type: 'input_request', run: this.run, prompt, password: false } as const;
    this.listener?.onWork(rank, request, new Uint8Array());
  }

  done(rank: number, report: Partial<Done> = {}): void {
    this.listener?.onWork(
      rank,
      { type: 'done', run: this.run, epoch: 9, status: 'ok', seconds: 0.01, ...report },
      new Uint8Array()
    );
  }

  raise(rank: number, ename: string, evalue: string, line = 3): void {
    const traceback = [`\x1b[31m${ename}\x1b[39m: ${evalue}`];
    this.done(rank, { status: 'error', error: { ename, evalue, traceback, line } });
  }

  interrupted(rank: number): void {
    const error = {
      ename: 'KeyboardInterrupt',
      evalue: '',
      traceback: ['KeyboardInterrupt'],
      line: 4
    };
    this.done(rank, { status: 'interrupted', error });
  }

  exit(rank: number, exit: IRankExit): void {
    if (this.alive.delete(rank)) {
      this.listener?.onExit(rank, exit);
    }
  }

  report(rank: number, report: ControlReport, payload: object = {}): void {
    this.listener?.onControl(rank, report, Buffer.from(JSON.stringify(payload)));
  }

  /** Have ranks answer snapshots: these wait in MPI, others compute. */
  answerSnapshots(waits: { [rank: number]: WaitState }): void {
    this.onControlRequest = (rank, request) => {
      if (request.type === 'snapshot') {
        const { id, run } = request;
        const wait = waits[rank] ?? null;
        setTimeout(
          () => this.report(rank, { type: 'snapshot', id, run, wait, busy: true, line: null }),
          1
        );
      }
    };
  }
}

/** Gives out one world, as soon as the test lets it. */
export class FakeWorlds implements IWorlds {
  readonly world: FakeWorld;
  readonly acquired: IWorldSpec[] = [];
  /** Of the last acquisition. */
  listener: IWorldListener | null = null;
  /** Ranks say that they have the MPI layer. */
  layer = false;
  refusal: string | null = null;
  current: IWorld | null = null;
  infos: IWorldInfo[] = [];
  /** What its ranks say when they are stopped, and which have to be killed. */
  lastWords: IStopped['said'] = [];
  cutShort: number[] = [];
  disposed = false;
  private _gate: Promise<void> = Promise.resolve();

  constructor(size = 4) {
    this.world = new FakeWorld(size);
  }

  /** Starting takes until the function given back is called. */
  hold(): () => void {
    let open = (): void => undefined;
    this._gate = new Promise(resolve => (open = resolve));
    return open;
  }

  async acquire(spec: IWorldSpec, listener: IWorldListener, signal: AbortSignal): Promise<IWorld> {
    this.acquired.push(spec);
    this.listener = listener;
    if (this.world.listener) {
      throw new WorldError('World is still busy with another cell.');
    }
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      void this._gate.then(resolve);
    });
    if (this.refusal !== null) {
      throw new WorldError(this.refusal);
    }
    this.world.listener = listener;
    for (let rank = 0; rank < this.world.size; rank++) {
      const { size } = this.world;
      const ready = { type: 'ready', size, library: 'MPICH', layer: this.layer } as const;
      listener.onWork(rank, ready, new Uint8Array());
    }
    this.current = this.world;
    return this.world;
  }

  list(): IWorldInfo[] {
    return this.infos;
  }

  async stop(name: string | null): Promise<IStopped[]> {
    return this.infos
      .filter(info => name === null || info.name === name)
      .map(info => ({ name: info.name, said: this.lastWords, cutShort: this.cutShort }));
  }

  async dispose(): Promise<void> {
    this.disposed = true;
  }
}

/** A cell that keeps what is published. */
export class FakeCell implements ICellPort {
  cellId = 'cell-1';
  executionCount = 7;
  cwd = '/';
  silent = false;
  allowStdin = true;
  plainName?: ICellPort['plainName'];
  readonly published: { type: string; content: { [key: string]: unknown } }[] = [];
  readonly questions: {
    prompt: string;
    signal: AbortSignal;
    answer: (value: string) => void;
  }[] = [];

  publish(type: string, content: object): void {
    this.published.push({
      type,
      content: structuredClone(content) as FakeCell['published'][0]['content']
    });
  }

  input(prompt: string, _password: boolean, signal: AbortSignal): Promise<string> {
    return new Promise((answer, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      this.questions.push({ prompt, signal, answer });
    });
  }

  types(): string[] {
    return this.published.map(({ type }) => type);
  }

  /** The bundle that stands at the end. */
  get bundle(): { [mime: string]: unknown } {
    const last = this.published.filter(({ type }) => /display_data$/.test(type)).at(-1);
    return (last?.content['data'] ?? {}) as { [mime: string]: unknown };
  }

  get model(): IRunModel {
    return this.bundle[RUN_MIME] as IRunModel;
  }

  get plain(): string {
    return this.bundle['text/plain'] as string;
  }
}

export class FakeLive implements ILivePort {
  attached = false;
  readonly sent: KernelMessage[] = [];

  send(message: KernelMessage): void {
    this.sent.push(structuredClone(message));
  }
}

export function cellSpec(changes: Partial<IRunSpec> = {}): IRunSpec {
  return {
    command: '%%mpirun -n 4',
    world: { size: 4, nodes: null, name: null, fresh: false, engine: null, env: {} },
    ranks: null,
    timeout: null,
    view: null,
    save: null,
    strict: false,
    onDeadlock: 'stop',
    work: { kind: 'cell', source: '\nprint(rank)\n' },
    ...changes
  };
}

export function programSpec(form: 'path' | 'module' | 'executable', argv: string[]): IRunSpec {
  return cellSpec({
    command: `%mpirun -n 4 ${argv.join(' ')}`,
    work: { kind: 'program', form, argv }
  });
}
