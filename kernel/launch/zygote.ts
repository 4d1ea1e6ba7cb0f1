import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Environment } from './environment.js';
import { LineReader } from './lines.js';
import { pythonProgram } from './python.js';

/** Bytes of the zygote's stderr that are kept for a message about its failure. */
const STDERR_KEPT = 4096;

const LINE_LIMIT = 1 << 20;

/** Reports of `rankbook/zygote.py`. */
export type ZygoteReport =
  | { op: 'hello'; vendor: string; library: string }
  | { op: 'hello'; error: string }
  | { op: 'forked'; world: string; rank: number; pid: number }
  | { op: 'failed'; world: string; error: string }
  | {
      op: 'exit';
      world: string;
      rank: number;
      pid: number;
      code?: number;
      signal?: string;
      oom?: boolean;
      /** Line of the cell where C code made it crash. */
      line?: number | null;
    };

export interface IZygoteHello {
  /** `MPICH`, ... */
  vendor: string;
  library: string;
}

/** One fork server and the channel to it. */
export class Zygote {
  /** Resolves when it can fork; rejects where it can not be. */
  readonly ready: Promise<IZygoteHello>;
  readonly #process: ChildProcess;
  readonly #channel: Socket;
  readonly #ended: Promise<void>;
  #alive = true;
  #stderr = '';

  /**
   * @param runtime the kernel's folder, which it removes if the kernel can not; null: none.
   * @param onReport called with all reports but `hello`.
   * @param onEnd called once when the process is gone, however it went.
   * @param log takes what it writes to its stderr.
   */
  constructor(
    python: string,
    runtime: string | null,
    env: Environment,
    onReport: (report: ZygoteReport) => void,
    onEnd: () => void,
    log: (message: string) => void
  ) {
    const child = spawn(python, [...pythonProgram('rankbook.zygote'), runtime ?? ''], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe']
    });
    this.#process = child;
    this.#channel = child.stdio[3] as Socket;
    const keep = (data: Buffer): void => {
      const text = data.toString();
      log(`zygote: ${text.trimEnd()}`);
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    let settle: { resolve(hello: IZygoteHello): void; reject(error: Error): void };
    this.ready = new Promise((resolve, reject) => (settle = { resolve, reject }));
    this.ready.catch(() => undefined);
    const lines = new LineReader(LINE_LIMIT);
    this.#channel.on('data', (data: Buffer) => {
      for (const line of lines.push(data)) {
        const report = JSON.parse(line) as ZygoteReport;
        if (report.op !== 'hello') {
          onReport(report);
        } else if ('error' in report) {
          settle.reject(new Error(report.error));
        } else {
          settle.resolve(report);
        }
      }
    });
    this.#channel.on('error', () => undefined);
    this.#ended = new Promise(resolve => {
      const end = (error?: Error): void => {
        if (this.#alive) {
          this.#alive = false;
          this.#channel.destroy();
          settle.reject(error ?? new Error(this.#stderr.trim() || 'the zygote ended'));
          onEnd();
          resolve();
        }
      };
      child.on('error', end);
      child.on('close', () => end());
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What it has written to its stderr last. */
  get complaints(): string {
    return this.#stderr.trim();
  }

  request(message: object): void {
    if (this.#alive) {
      this.#channel.write(JSON.stringify(message) + '\n');
    }
  }

  /** End it and its ranks; resolves when they are gone. */
  async dispose(): Promise<void> {
    this.#channel.end();
    const force = setTimeout(() => this.#process.kill('SIGKILL'), 1000);
    await this.#ended;
    clearTimeout(force);
  }
}
