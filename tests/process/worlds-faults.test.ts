import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Harness, PROMPT, root } from './worlds-harness.js';

let harness: Harness;
beforeAll(() => {
  harness = new Harness();
  harness.worlds.warm();
});
afterAll(() => harness.dispose());
afterEach(async () => {
  await harness.worlds.stop(null);
});

/** Shared memory that a rank has mapped by a name in the file system. */
function segmentsOf(pid: number): string[] {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  return [...new Set(maps.match(/\/dev\/shm\/mpich\S+(?=$)/gm))];
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function gone(pids: number[]): Promise<void> {
  const deadline = Date.now() + PROMPT;
  while (pids.some(alive) && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  expect(pids.filter(alive).map(commandOf)).toEqual([]);
}

function commandOf(pid: number): string {
  return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`;
}

/** Parent of a process. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

describe('interrupt', () => {
  it.each([
    ['an endless loop', 'print("go")\nwhile True: pass'],
    ['a sleep', 'import time\nprint("go")\ntime.sleep(60)'],
    ['a shell command', 'print("go")\n!sleep 60'],
    ['a subprocess', 'import subprocess\nprint("go")\nsubprocess.run(["sleep", "60"])'],
    ['an await', 'import asyncio\nprint("go")\nawait asyncio.sleep(60)']
  ])('ends %s, and the rank lives on', async (_name, source) => {
    const { world, recorder } = await harness.acquire(2);
    const run = harness.send(world, `kept = 5\n${source}`);
    await recorder.until(() => [0, 1].every(rank => recorder.text(rank) === 'go\n'));
    await new Promise(resolve => setTimeout(resolve, 100));
    for (const rank of [0, 1]) {
      world.sendControl(rank, { type: 'interrupt', run });
    }
    await recorder.finished();
    expect(recorder.done.map(done => done?.status)).toEqual(['interrupted', 'interrupted']);
    expect(recorder.done[0]?.error?.ename).toBe('KeyboardInterrupt');
    world.listener = null;
    expect((await harness.run(2, 'print(kept)')).text(1)).toBe('5\n');
  });

  it('does nothing to an idle rank or another run', async () => {
    const { world, recorder } = await harness.acquire(1);
    const run = harness.send(world, 'x = 1');
    await recorder.finished();
    for (let i = 0; i < 20; i++) {
      world.sendControl(0, { type: 'interrupt', run });
    }
    harness.send(world, 'import time\ntime.sleep(0.3)\nprint(x)');
    recorder.done[0] = undefined;
    world.sendControl(0, { type: 'interrupt', run });
    await recorder.finished();
    expect(recorder.done[0]).toMatchObject({ status: 'ok' });
    expect(recorder.text(0)).toBe('1\n');
    world.listener = null;
  });
});

describe('a rank that dies', () => {
  it('is told with its cause, and the next cell has a new world that says so', async () => {
    const { world, recorder } = await harness.acquire(2);
    harness.send(world, 'import os, time\nprint("on")\nos.kill(os.getpid(), 9)', [1]);
    await recorder.finished([1]);
    expect(recorder.exits[1]).toMatchObject({ signal: 'SIGKILL' });
    world.listener = null;
    const next = await harness.acquire(2);
    expect(next.world.id).not.toBe(world.id);
    expect(next.world.notices).toEqual([
      expect.stringMatching(/World 2 was started anew.*rank 1 killed by SIGKILL/)
    ]);
    next.world.listener = null;
    expect(world.state).toBe('gone');
  });

  it('may have called MPI_Abort: the run ends, the rank lives on', async () => {
    const { world, recorder } = await harness.acquire(1);
    harness.send(world, 'from mpi4py import MPI\nMPI.COMM_WORLD.Abort(7)');
    await recorder.finished();
    expect(recorder.done[0]).toMatchObject({ status: 'abort', code: 7 });
    world.listener = null;
  });

  it('takes the others with it by MPI_Abort in a program', async () => {
    const program = join(harness.directory, 'aborts.py');
    writeFileSync(
      program,
      [
        'from mpi4py import MPI',
        'import time',
        'print("on", flush=True)',
        'if MPI.COMM_WORLD.rank == 1: MPI.COMM_WORLD.Abort(7)',
        'time.sleep(30)'
      ].join('\n')
    );
    const { world, recorder } = await harness.acquire(3, { temporary: true });
    harness.sendProgram(world, 'path', [program]);
    await recorder.exited();
    expect(recorder.aborts).toEqual([{ rank: 1, code: 7 }]);
    expect(recorder.exits[1]?.cause).toBe('called MPI_Abort with code 7');
    expect(recorder.exits[0]?.cause).toBe('ended because rank 1 called MPI_Abort with code 7');
    expect(recorder.text(1)).toContain('on\n');
  });

  it('leaves no subprocess behind', async () => {
    const { world, recorder } = await harness.acquire(1);
    harness.send(
      world,
      'import subprocess, os\nprint(subprocess.Popen(["sleep", "100"]).pid, flush=True)\nos._exit(1)'
    );
    await recorder.exited();
    await gone([Number(recorder.text(0))]);
    world.listener = null;
  });
});

describe('stopping', () => {
  it('is prompt, also in an endless C loop', async () => {
    const { world, recorder } = await harness.acquire(2);
    harness.send(world, 'import ctypes\nprint("go")\nctypes.CDLL(None).pause()');
    await recorder.until(() => recorder.text(1) === 'go\n');
    const pids = harness.worlds.list()[0]?.pids ?? [];
    expect(pids).toHaveLength(2);
    const segments = segmentsOf(pids[0]);
    expect(segments.filter(existsSync)).toHaveLength(1);
    const started = Date.now();
    await world.stop();
    expect(Date.now() - started).toBeLessThan(PROMPT);
    await gone(pids);
    expect(segments.filter(existsSync)).toEqual([]);
    expect(recorder.exits[0]?.cause).toBe('stopped by Rankbook');
  });
});

describe('the zygote', () => {
  it('may be killed: its worlds say so and the next cell works', async () => {
    const { world, recorder } = await harness.acquire(2);
    const child = harness.send(
      world,
      'import subprocess\nprint(subprocess.Popen(["sleep", "100"]).pid)\nimport time\ntime.sleep(60)'
    );
    expect(child).toBeTruthy();
    await recorder.until(() => [0, 1].every(rank => recorder.text(rank).endsWith('\n')));
    const pids = harness.worlds.list()[0]?.pids ?? [];
    const subprocesses = [0, 1].map(rank => Number(recorder.text(rank)));
    const segments = segmentsOf(pids[0]);
    process.kill(parentOf(pids[0]), 'SIGKILL');
    await recorder.exited();
    expect(recorder.exits[0]?.cause).toContain('zygote');
    await gone([...pids, ...subprocesses]);
    expect(segments.filter(existsSync)).toEqual([]);
    world.listener = null;
    const next = await harness.run(2, 'print("again")');
    expect(next.text(1)).toBe('again\n');
  });
});

describe('the kernel', () => {
  // Only the zygote can follow daemons that have left the process group of their rank.
  it.each([
    ['local', 'start_new_session=True'],
    ['mpiexec', '']
  ])('may be killed: nothing is left (%s)', async (engine, session) => {
    const program = join(harness.directory, 'kernel.ts');
    writeFileSync(
      program,
      [
        `import { Harness } from '${join(root, 'tests/process/worlds-harness.js')}';`,
        'void (async () => {',
        'const harness = new Harness();',
        `const { world, recorder } = await harness.acquire(2, { engine: '${engine}' });`,
        "harness.send(world, \"import subprocess, os\\nprint(subprocess.Popen(['sleep', '100']).pid)\\n\" +",
        `  "print(subprocess.Popen(['sleep', '100'], ${session}).pid)\\n" +`,
        '  "while True: pass");',
        'await recorder.until(() => [0, 1].every(r => recorder.text(r).split("\\n").length === 3));',
        'const pids = harness.worlds.list()[0].pids;',
        'console.log(JSON.stringify({ directory: harness.directory, pids,',
        '  children: [0, 1].flatMap(r => recorder.text(r).trim().split("\\n").map(Number)) }));',
        'setInterval(() => {}, 1000);',
        '})();'
      ].join('\n')
    );
    const kernel = spawn(process.execPath, [await bundle(program)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_PATH: join(root, 'node_modules') }
    });
    const told = await new Promise<string>(resolve => {
      let text = '';
      kernel.stdout.on('data', data => {
        text += String(data);
        if (text.includes('\n')) {
          resolve(text);
        }
      });
    });
    const { directory, pids, children } = JSON.parse(told) as {
      directory: string;
      pids: number[];
      children: number[];
    };
    const parent = parentOf(pids[0]);
    expect(readdirSync(directory).filter(name => name.startsWith('rb-'))).toHaveLength(1);
    const segments = segmentsOf(pids[0]);
    kernel.kill('SIGKILL');
    await gone([parent, ...pids, ...children]);
    if (engine === 'local') {
      expect(segments.filter(existsSync)).toEqual([]);
    }
    const deadline = Date.now() + PROMPT;
    while (readdirSync(directory).length && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect(readdirSync(directory)).toEqual([]);
    rmSync(directory, { recursive: true });
  });
});

/** One file of a TypeScript program, beside it. */
async function bundle(program: string): Promise<string> {
  const { build } = await import('esbuild');
  const outfile = program.replace('.ts', '.cjs');
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['zeromq'],
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    logLevel: 'silent'
  });
  return outfile;
}
