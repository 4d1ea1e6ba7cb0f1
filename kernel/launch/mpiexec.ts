import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { rankEnvironment } from './environment.js';
import { flavourOf, mpiexecArguments, readMpiexecEnd } from './hydra.js';
import type { IEndpoints, ILaunched, ILauncher, ILaunchEvents, ILaunchSpec } from './launcher.js';
import { pythonProgram } from './python.js';

/** Bytes of mpiexec's own output that are kept: its words about a rank's end. */
const OUTPUT_KEPT = 8192;

/** Milliseconds that mpiexec has to end by itself when it is told to. */
const END_GRACE = 1000;

/**
 * Milliseconds after its end in which its last words are read: something that it has left
 * behind may hold the pipes open.
 */
const LAST_WORDS = 300;

export interface IMpiexecOptions {
  python: string;
  endpoints: IEndpoints;
  /** The kernel's environment. */
  env: { [name: string]: string | undefined };
}

/** Ranks are started by the `mpiexec` that belongs to the Python, else by that on PATH. */
export function createMpiexecLauncher(options: IMpiexecOptions): ILauncher {
  const running = new Set<ChildProcess>();
  const base = rankEnvironment(options.env, 'mpiexec');

  async function launch(spec: ILaunchSpec, events: ILaunchEvents): Promise<ILaunched> {
    const mpiexec = findMpiexec(options.python);
    const flavour = flavourOf(await versionOf(mpiexec));
    const bootFile = writeBootFile(options.endpoints, spec);
    const child = spawn(
      options.python,
      [
        ...pythonProgram('rankbook.leash'),
        mpiexec,
        ...mpiexecArguments(flavour, spec.size),
        options.python,
        ...pythonProgram('rankbook.agent.__main__'),
        ...(spec.exec?.[0] ?? [])
      ],
      {
        cwd: spec.cwd,
        env: { ...base, ...spec.env, RANKBOOK_BOOT: bootFile },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe']
      }
    );
    running.add(child);
    const pids = new Map<number, number>();
    let output = '';
    let failure: Error | null = null;
    const keep = (data: Buffer): void => {
      output = (output + data.toString()).slice(-OUTPUT_KEPT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', error => (failure = error));
    child.once('exit', () => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_WORDS);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      rmSync(bootFile, { force: true });
      if (pids.size < spec.size && code !== 0 && !spec.exec) {
        const words = failure?.message ?? output.trim();
        events.onFailure(`mpiexec ended with exit code ${code ?? signal}: ${words}`);
      }
      endRanks(spec.size, pids, output, code, events);
    });
    return {
      adopt(rank, pid) {
        pids.set(rank, pid);
        events.onPid(rank, pid);
      },
      kill(ranks) {
        if (ranks === undefined) {
          terminate(child);
        }
        for (const [rank, pid] of pids) {
          if (ranks === undefined || ranks.includes(rank)) {
            killGroup(pid);
          }
        }
      }
    };
  }

  return {
    engine: 'mpiexec',
    servesPmi: false,
    launch,
    async dispose() {
      await Promise.all(
        [...running].map(child => {
          const closed = new Promise(resolve => child.once('close', resolve));
          terminate(child);
          return closed;
        })
      );
    }
  };
}

/** End mpiexec: politely, since it would leave files of its own behind, then by force. */
function terminate(child: ChildProcess): void {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.pid && killGroup(child.pid), END_GRACE);
  child.once('close', () => clearTimeout(force));
}

/** mpiexec ends as a whole: who went first is in its words. */
function endRanks(
  size: number,
  pids: ReadonlyMap<number, number>,
  output: string,
  code: number | null,
  events: ILaunchEvents
): void {
  const { pid, end } = readMpiexecEnd(output, code);
  const first = [...pids].find(([, each]) => each === pid)?.[0];
  for (let rank = 0; rank < size; rank++) {
    if (first === undefined || first === rank) {
      events.onEnd(rank, end);
    } else {
      events.onEnd(rank, {
        signal: 'SIGKILL',
        cause: `ended by mpiexec because rank ${first} went down`
      });
    }
  }
}

function writeBootFile({ streams, router, runtime }: IEndpoints, spec: ILaunchSpec): string {
  const { world, token, mark } = spec;
  const file = join(runtime, `${world}.json`);
  writeFileSync(file, JSON.stringify({ world, token, mark, streams, router, runtime }), {
    mode: 0o600
  });
  return file;
}

function findMpiexec(python: string): string {
  const own = join(dirname(python), 'mpiexec');
  try {
    accessSync(own, constants.X_OK);
    return own;
  } catch {
    return 'mpiexec';
  }
}

async function versionOf(mpiexec: string): Promise<string> {
  try {
    return (await promisify(execFile)(mpiexec, ['--version'])).stdout;
  } catch (error) {
    throw new Error(
      `mpiexec can not be run (${(error as Error).message}). Install the mpich package.`,
      { cause: error }
    );
  }
}

function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch {
      // It has no group of its own, or is gone already.
    }
  }
}
