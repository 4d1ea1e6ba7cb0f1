import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlReport, IRankExit, StreamName, WorkReport } from '../../src/protocol/index.js';
import { createWorlds, type IWarmWorlds } from '../../kernel/worlds/index.js';
import type { IWorld, IWorldListener, IWorldSpec } from '../../kernel/worlds/world.js';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Milliseconds for what takes a fraction of it: a machine that does other things is slow. */
export const PROMPT = 10_000;

export type Done = Extract<WorkReport, { type: 'done' }>;
type Display = Extract<WorkReport, { type: 'display' }>;

/** One thing that a rank gave, in order. */
export type Event =
  | { kind: 'text'; stream: StreamName; text: string }
  | { kind: 'display'; report: Display; data: { [mimeType: string]: unknown } }
  | { kind: 'clear' };

/** Records what the ranks of a world give. */
export class Recorder implements IWorldListener {
  readonly events: Event[][];
  readonly done: (Done | undefined)[];
  readonly exits: (IRankExit | undefined)[];
  readonly control: { rank: number; report: ControlReport }[] = [];
  readonly aborts: { rank: number; code: number }[] = [];
  readonly inputs: { rank: number; prompt: string; password: boolean }[] = [];
  /** Characters of text, where `keepText` is off. */
  bytes = 0;
  keepText = true;
  #waiters: (() => void)[] = [];

  constructor(readonly size: number) {
    this.events = Array.from({ length: size }, () => []);
    this.done = Array.from({ length: size }, () => undefined);
    this.exits = Array.from({ length: size }, () => undefined);
  }

  onWork(rank: number, report: WorkReport, payload: Uint8Array): void {
    if (report.type === 'done') {
      this.done[rank] = report;
    } else if (report.type === 'display') {
      const { data } = JSON.parse(Buffer.from(payload).toString()) as {
        data: { [mimeType: string]: unknown };
      };
      this.events[rank]?.push({ kind: 'display', report, data });
    } else if (report.type === 'clear') {
      this.events[rank]?.push({ kind: 'clear' });
    } else if (report.type === 'input_request') {
      this.inputs.push({ rank, prompt: report.prompt, password: report.password });
    }
    this.#wake();
  }

  onControl(rank: number, report: ControlReport): void {
    this.control.push({ rank, report });
    this.#wake();
  }

  onText(rank: number, stream: StreamName, text: string): void {
    this.bytes += text.length;
    if (this.keepText) {
      this.events[rank]?.push({ kind: 'text', stream, text });
    }
    this.#wake();
  }

  onEpoch(): void {}

  onExit(rank: number, exit: IRankExit): void {
    this.exits[rank] = exit;
    this.#wake();
  }

  onAbort(rank: number, code: number): void {
    this.aborts.push({ rank, code });
    this.#wake();
  }

  /** All text of a rank, of one stream or both. */
  text(rank: number, stream?: StreamName): string {
    return (this.events[rank] ?? [])
      .map(event =>
        event.kind === 'text' && (stream === undefined || event.stream === stream) ? event.text : ''
      )
      .join('');
  }

  /** The order of outputs of a rank: neighbouring text of one stream joined. */
  sequence(rank: number): string[] {
    const sequence: string[] = [];
    let last = '';
    for (const event of this.events[rank] ?? []) {
      const kind = event.kind === 'text' ? event.stream : event.kind;
      const text =
        event.kind === 'text'
          ? event.text
          : event.kind === 'display'
            ? String(event.data['text/plain'])
            : '';
      if (event.kind === 'text' && kind === last) {
        sequence[sequence.length - 1] += text;
      } else {
        sequence.push(`${kind}:${text}`);
      }
      last = kind;
    }
    return sequence;
  }

  /** Resolves when the condition holds. */
  async until(condition: () => boolean, milliseconds = 20000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!condition()) {
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new Error(`not within ${milliseconds} ms: ${condition.toString()}`);
      }
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Resolves when each rank (of those named) has ended the cell or its life. */
  finished(ranks?: number[], milliseconds?: number): Promise<void> {
    const wanted = ranks ?? Array.from({ length: this.size }, (_, rank) => rank);
    return this.until(
      () => wanted.every(rank => this.done[rank] ?? this.exits[rank]),
      milliseconds
    );
  }

  /** Resolves when each rank has ended its life. */
  exited(milliseconds?: number): Promise<void> {
    return this.until(() => this.exits.every(exit => exit !== undefined), milliseconds);
  }

  #wake(): void {
    this.#waiters.splice(0).forEach(resolve => resolve());
  }
}

/** Worlds of real ranks in a folder of their own. */
export class Harness {
  readonly directory = mkdtempSync(join(tmpdir(), 'rbt-'));
  readonly worlds: IWarmWorlds;
  readonly logged: string[] = [];
  #runs = 0;
  #gates = 0;

  constructor(env: { [name: string]: string } = {}) {
    this.worlds = createWorlds({
      python: join(root, '.venv', 'bin', 'python'),
      runtimeDir: this.directory,
      env: { ...process.env, PYTHONPATH: root, ...env },
      log: message => this.logged.push(message)
    });
  }

  spec(size: number, more: Partial<IWorldSpec> = {}): IWorldSpec {
    return {
      size,
      name: null,
      engine: null,
      fresh: false,
      temporary: false,
      env: {},
      cwd: this.directory,
      ...more
    };
  }

  async acquire(
    size: number,
    more: Partial<IWorldSpec> = {}
  ): Promise<{ world: IWorld; recorder: Recorder }> {
    const recorder = new Recorder(size);
    const world = await this.worlds.acquire(
      this.spec(size, more),
      recorder,
      AbortSignal.timeout(20000)
    );
    return { world, recorder };
  }

  /** A line of Python that waits until the gate is opened. */
  gate(): { line: string; open(): void } {
    const path = join(this.directory, `gate${++this.#gates}`);
    const line = [
      `while not __import__("os").path.exists(${JSON.stringify(path)}):`,
      '__import__("time").sleep(0.01)'
    ].join(' ');
    return { line, open: () => writeFileSync(path, '') };
  }

  /** Send a cell; the magic line is put before it. */
  send(
    world: IWorld,
    source: string,
    ranks?: number[],
    stdin = true,
    cwd = this.directory
  ): string {
    const run = `r${++this.#runs}`;
    const wanted = ranks ?? Array.from({ length: world.size }, (_, rank) => rank);
    for (const rank of wanted) {
      world.sendWork(
        rank,
        {
          type: 'execute',
          run,
          execution_count: this.#runs,
          cwd,
          stdin,
          silent: false,
          record: 'off',
          strict: false
        },
        Buffer.from(`\n${source}`)
      );
    }
    return run;
  }

  /** Let all ranks of a temporary world become a program. */
  sendProgram(world: IWorld, kind: 'path' | 'module', argv: string[]): void {
    for (let rank = 0; rank < world.size; rank++) {
      world.sendWork(rank, {
        type: 'program',
        run: `r${++this.#runs}`,
        kind,
        argv,
        stdin: false,
        record: 'off',
        strict: false
      });
    }
  }

  /** Run a cell on a kept world to its end. */
  async run(size: number, source: string, more: Partial<IWorldSpec> = {}): Promise<Recorder> {
    const { world, recorder } = await this.acquire(size, more);
    try {
      this.send(world, source, undefined, true, more.cwd);
      await recorder.finished();
    } finally {
      world.listener = null;
    }
    return recorder;
  }

  async dispose(): Promise<void> {
    await this.worlds.dispose();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
