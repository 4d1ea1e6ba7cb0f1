import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Runs } from '../../kernel/runs/index.js';
import type { IRunSpec, RunOutcome } from '../../kernel/runs/spec.js';
import { createWorlds, type IWarmWorlds } from '../../kernel/worlds/index.js';
import { FakeCell, FakeLive, cellSpec, programSpec } from '../unit/kernel/runs/fakeWorld.js';
import { root } from './worlds-harness.js';

/**
 * Seconds in which a run that can not go on must have ended. About two on a machine of one's
 * own; the rest is for machines on which ranks, kernel and other tests share two cores.
 */
const PROMPT = 10;

let folder: string;
let worlds: IWarmWorlds;
let runs: Runs;
let cell: FakeCell;
let live: FakeLive;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rbr-'));
  worlds = createWorlds({
    python: join(root, '.venv', 'bin', 'python'),
    runtimeDir: folder,
    env: { ...process.env, PYTHONPATH: root },
    log: () => undefined
  });
  live = new FakeLive();
  runs = new Runs({ worlds, live, log: () => undefined });
});

afterAll(async () => {
  await runs.dispose();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => newCell());

// Whatever happens in a cell: the next one works.
afterEach(async () => {
  newCell();
  expect(await run('print("sound", comm.allreduce(1))')).toEqual({ status: 'ok' });
  expect(cell.plain.split('\n').slice(-4)).toEqual([0, 1, 2, 3].map(r => `[${r}] sound 4`));
});

function newCell(): void {
  cell = new FakeCell();
  cell.cwd = folder;
}

function run(source: string, changes: Partial<IRunSpec> = {}): Promise<RunOutcome> {
  const preamble = 'from mpi4py import MPI; comm = MPI.COMM_WORLD; rank = comm.rank';
  const text = `\n${preamble}\n${source}\n`;
  return runs.run(cellSpec({ work: { kind: 'cell', source: text }, ...changes }), cell);
}

/** The outcome and the seconds that it took. */
async function timed(
  outcome: Promise<RunOutcome>
): Promise<{ outcome: RunOutcome; seconds: number }> {
  const began = performance.now();
  return { outcome: await outcome, seconds: (performance.now() - began) / 1000 };
}

function notices(): string {
  return cell.model.notices.map(notice => notice.text).join('\n');
}

function states(): string {
  return cell.model.ranks.map(rank => rank.state).join(' ');
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) {
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  expect(condition()).toBe(true);
}

describe('cells on real ranks', () => {
  it('show text, values and displays in the order of the program', async () => {
    const source = [
      'import sys',
      'print("one")',
      'print("two", file=sys.stderr)',
      'handle = display("three", display_id=True)',
      'print("four")',
      'handle.update("THREE")',
      'rank * 10'
    ].join('\n');
    expect(await run(source)).toEqual({ status: 'ok' });
    expect(cell.plain).toBe(
      [0, 1, 2, 3]
        .flatMap(r => ['one', 'two', `'THREE'`, 'four', String(r * 10)].map(l => `[${r}] ${l}`))
        .join('\n')
    );
    expect(states()).toBe('done done done done');
  });

  it('take ranks and tags that are numbers of numpy, also where they wait in vain', async () => {
    const lines = [
      'import numpy as np',
      'to, of = np.int64((rank + 1) % 4), np.int32((rank - 1) % 4)',
      'comm.send("a", dest=to, tag=np.int64(5)), comm.recv(source=of, tag=np.int16(5))',
      'comm.bcast("b", root=np.int64(0))'
    ];
    expect(await run([...lines, 'print("sent")'].join('\n'))).toEqual({ status: 'ok' });
    expect(cell.plain).toContain('[3] sent');
    newCell();
    const { outcome, seconds } = await timed(
      run([lines[0], 'rank or comm.recv(source=np.int64(1), tag=np.int64(3))'].join('\n'))
    );
    expect(outcome).toMatchObject({ status: 'error' });
    expect(notices()).toContain('Deadlock: rank 0 waits for a message from rank 1');
    expect(seconds).toBeLessThan(PROMPT);
  });

  it('keep variables and say whether the world is new', async () => {
    await run('x = rank', { world: { ...cellSpec().world, fresh: true } });
    expect(cell.model.world.fresh).toBe(true);
    newCell();
    await run('print(x)');
    expect(cell.model.world).toMatchObject({ fresh: false, size: 4, engine: 'local' });
    expect(cell.plain).toBe('[0] 0\n[1] 1\n[2] 2\n[3] 3');
  });

  it('tell an attached page while they run', async () => {
    live.attached = true;
    live.sent.length = 0;
    await run('import time\nfor i in range(6):\n    print(i)\n    time.sleep(0.1)');
    live.attached = false;
    const types = live.sent.map(message => message.type);
    expect(types.filter(type => type === 'deltas').length).toBeGreaterThan(3);
    expect(types.at(-1)).toBe('end');
  });

  it('lose nothing of 4 x 20,000 lines, at less than 1.5 times their bytes', async () => {
    live.attached = true;
    live.sent.length = 0;
    await run('for i in range(20000):\n    print(f"rank {rank} of {comm.size}: line {i}")');
    live.attached = false;
    let text = 0;
    for (const { rank, outputs } of cell.model.ranks) {
      const [output] = outputs;
      const whole = Array.from({ length: 20_000 }, (_, i) => `rank ${rank} of 4: line ${i}\n`).join(
        ''
      );
      expect(output).toEqual({ output_type: 'stream', name: 'stdout', text: whole });
      text += whole.length;
    }
    const sent = JSON.stringify(live.sent).length + JSON.stringify(cell.published).length;
    expect(sent / text).toBeLessThan(1.5);
  });

  it('ask for input on behalf of one rank', async () => {
    const outcome = run('if rank == 2:\n    print("hello", input("who? "))');
    await until(() => cell.questions.length === 1);
    expect(cell.questions[0].prompt).toBe('[rank 2] who? ');
    cell.questions[0].answer('Ada');
    expect(await outcome).toEqual({ status: 'ok' });
    expect(cell.plain).toBe('[2] hello Ada');
  });

  it('run on the ranks named', async () => {
    await run('print(rank)', { ranks: [1, 3] });
    expect(cell.plain).toBe('[1] 1\n[3] 3');
  });
});

describe('faults on real ranks', () => {
  it('an exception while others wait in MPI ends the run', async () => {
    const source = 'if rank == 2:\n    raise ValueError("negative")\ncomm.barrier()';
    const { outcome, seconds } = await timed(run(source));
    expect(outcome).toMatchObject({
      status: 'error',
      ename: 'ValueError',
      evalue: '[rank 2] negative'
    });
    expect(seconds).toBeLessThan(PROMPT);
    expect(notices()).toContain('Rank 2 raised ValueError: negative (line 4 of the cell)');
    expect(cell.model.ranks[2]).toMatchObject({ state: 'error', line: 4 });
    expect(cell.plain).toMatch(/^\[2\] ValueError: negative$/m);
    expect(cell.published.at(-1)).toMatchObject({
      type: 'error',
      content: { evalue: 'rank 2: negative' }
    });
  });

  it('the same exception on all ranks is told once', async () => {
    expect(await run('1 / 0')).toMatchObject({ ename: 'ZeroDivisionError' });
    expect(notices()).toBe(
      'Ranks 0-3 raised ZeroDivisionError: division by zero (line 3 of the cell)'
    );
  });

  it('sys.exit ends the cell on its rank only', async () => {
    await run('import sys\nif rank == 1:\n    sys.exit(3)\nprint("here")');
    expect(states()).toBe('done error done done');
    expect(notices()).toBe(
      'Rank 1 left the cell with sys.exit(3); it lives on, with all variables.'
    );
  });

  it('kill -9 is told with rank and signal, and text before it is kept', async () => {
    const source =
      'import os, signal\nprint("before", flush=True)\ncomm.barrier()\n' +
      'if rank == 1:\n    os.kill(os.getpid(), signal.SIGKILL)\ncomm.barrier()';
    const { outcome, seconds } = await timed(run(source));
    expect(outcome).toMatchObject({ ename: 'RankDied' });
    expect(seconds).toBeLessThan(PROMPT);
    expect(notices()).toMatch(/^Rank 1 died: killed by SIGKILL/);
    expect(notices()).toContain('its variables are lost; the next cell starts a new one');
    expect(cell.model.ranks[1]).toMatchObject({ state: 'dead', exit: { signal: 'SIGKILL' } });
    expect(cell.plain.match(/before/g)).toHaveLength(4);
  });

  it('SIGSEGV is told in words', async () => {
    await run('import ctypes\nif rank == 3:\n    ctypes.string_at(0)\ncomm.barrier()');
    expect(notices()).toMatch(/^Rank 3 died: killed by SIGSEGV \(.*segmentation fault/);
  });

  it('MPI.Abort ends the run and names the rank and its code', async () => {
    const outcome = await run('if rank == 2:\n    comm.Abort(5)\ncomm.barrier()');
    expect(outcome).toMatchObject({ ename: 'MPI.Abort', evalue: '[rank 2] error code 5' });
    expect(notices()).toMatch(/^Rank 2 called MPI.Abort\(5\)/);
    expect(cell.model.ranks[2].state).toBe('error');
  });

  it('the user stops an endless loop, and the world lives', async () => {
    await run('kept = 42');
    newCell();
    const outcome = run('print("looping", flush=True)\nwhile True: pass');
    await until(() => cell.published.length > 1 && cell.plain.includes('[3] looping'));
    const { seconds } = await timed(Promise.resolve(runs.interrupt()).then(() => outcome));
    expect(seconds).toBeLessThan(PROMPT);
    expect(await outcome).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(states()).toBe('interrupted interrupted interrupted interrupted');
    newCell();
    await run('print(kept)');
    expect(cell.plain).toContain('[3] 42');
  });

  it('a rank in C code that ignores the interrupt is killed after two seconds', async () => {
    const source =
      'import ctypes, signal\nif rank == 0:\n    print("in C", flush=True)\n' +
      '    ctypes.pythonapi.PyThread_acquire_lock.restype = ctypes.c_int\n' +
      '    libc = ctypes.PyDLL(None)\n    while True: libc.sleep(100)';
    const outcome = run(source);
    await until(() => cell.published.length > 1 && cell.plain.includes('in C'));
    const { seconds } = await timed(Promise.resolve(runs.interrupt()).then(() => outcome));
    expect(seconds).toBeLessThan(PROMPT);
    expect(await outcome).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(notices()).toContain('Rank 0 did not react within 2 s');
    expect(cell.model.ranks[0].state).toBe('dead');
  });

  it('--timeout stops what has not ended', async () => {
    const { outcome, seconds } = await timed(
      run('import time\nif rank != 1: time.sleep(60)', { timeout: 0.5 })
    );
    expect(outcome).toMatchObject({ ename: 'TimeoutError' });
    expect(seconds).toBeLessThan(PROMPT);
    expect(states()).toBe('interrupted done interrupted interrupted');
  });

  it('endless output is bounded and can be interrupted', async () => {
    const outcome = run('while True: print("x" * 100)');
    await new Promise(resolve => setTimeout(resolve, 1500));
    runs.interrupt();
    expect(await outcome).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(JSON.stringify(cell.model).length).toBeLessThan(20 * 1024 * 1024);
  });
});

describe('deadlocks on real ranks', () => {
  it('are explained at the lines where ranks wait, and variables survive', async () => {
    await run('kept = rank + 1');
    newCell();
    const source =
      'import numpy as np\nbuf = np.empty(1)\ncomm.Recv(buf, source=(rank + 1) % comm.size)';
    const { outcome, seconds } = await timed(run(source));
    expect(outcome).toMatchObject({ status: 'error', ename: 'DeadlockError' });
    expect(seconds).toBeLessThan(PROMPT);
    expect(states()).toBe('error error error error');
    expect(cell.model.notices).toHaveLength(1);
    expect(notices()).toMatch(/^Deadlock: /);
    expect(notices()).toContain('line 5');
    expect(cell.model.ranks.map(r => r.line)).toEqual([5, 5, 5, 5]);
    newCell();
    await run('print(kept)');
    expect(cell.plain).toBe('[0] 1\n[1] 2\n[2] 3\n[3] 4');
  });

  it('are only told where the cell asks for that', async () => {
    const outcome = run('if rank == 0: comm.recv(source=1)', { onDeadlock: 'wait' });
    await until(() => cell.model.notices.length > 0);
    expect(notices()).toContain('Deadlock');
    runs.interrupt();
    expect(await outcome).toMatchObject({ ename: 'KeyboardInterrupt' });
  });

  it('are not seen where ranks only are slow', async () => {
    const source = 'import time\nif rank == 0: time.sleep(2.5)\ncomm.barrier()\nprint("ok")';
    expect(await run(source)).toEqual({ status: 'ok' });
    expect(cell.model.notices).toEqual([]);
  });
});

describe('programs on real ranks', () => {
  it('run with their arguments in the directory of the notebook', async () => {
    writeFileSync(
      join(folder, 'prog.py'),
      'import sys\nfrom mpi4py import MPI\nprint(sys.argv[1:], MPI.COMM_WORLD.allreduce(1))\n'
    );
    expect(await runs.run(programSpec('path', ['prog.py', 'a', 'b']), cell)).toEqual({
      status: 'ok'
    });
    expect(cell.plain.split('\n')[3]).toBe(`[3] ['a', 'b'] 4`);
    expect(cell.model.ranks[0].exit?.code).toBe(0);
  });

  it('fail with their exit codes, and none is left waiting', async () => {
    writeFileSync(
      join(folder, 'bad.py'),
      'from mpi4py import MPI\nc = MPI.COMM_WORLD\nif c.rank == 1:\n    1 / 0\nc.barrier()\n'
    );
    const { outcome, seconds } = await timed(runs.run(programSpec('path', ['bad.py']), cell));
    expect(outcome).toMatchObject({ status: 'error' });
    expect(seconds).toBeLessThan(PROMPT);
    expect(notices()).toContain(
      'Rank 1 ended with exit code 1 (ZeroDivisionError: division by zero, bad.py:4).'
    );
  });

  it('may be executables that know nothing of MPI', async () => {
    expect(await runs.run(programSpec('executable', ['/bin/echo', 'hi']), cell)).toEqual({
      status: 'ok'
    });
    expect(cell.plain).toBe('[0] hi\n[1] hi\n[2] hi\n[3] hi');
  });
});

describe('interrupted programs on real ranks', () => {
  it('in Python end with their own traceback', async () => {
    writeFileSync(
      join(folder, 'long.py'),
      'import time\nprint("up", flush=True)\nwhile True: time.sleep(0.1)\n'
    );
    const outcome = runs.run(programSpec('path', ['long.py']), cell);
    await until(() => cell.plain.includes('[3] up'));
    expect(runs.interrupt()).toBe(true);
    expect(await outcome).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(states()).toBe('interrupted interrupted interrupted interrupted');
    expect(cell.plain.match(/^\[\d\] KeyboardInterrupt/gm)).toHaveLength(4);
  });

  it('of any kind end at once', async () => {
    const outcome = runs.run(programSpec('executable', ['/bin/sleep', '100']), cell);
    await until(() => cell.model.state === 'running');
    runs.interrupt();
    expect(await outcome).toMatchObject({ ename: 'KeyboardInterrupt' });
  });
});

describe('%world on real ranks', () => {
  it('lists and stops', async () => {
    await run('pass');
    newCell();
    await runs.worldCommand({ kind: 'world', action: 'list', name: null }, cell);
    expect(cell.plain).toMatch(/^4 \(current\) +4 +1 +on +local +idle/m);
    await runs.worldCommand({ kind: 'world', action: 'stop', name: null }, cell);
    expect(worlds.list()).toEqual([]);
  });

  it('answers completion from the names of rank 0', async () => {
    await run('quite_a_name = 1');
    const answer = await runs.complete('quite_a', 7);
    expect(answer).toMatchObject({ matches: expect.arrayContaining(['quite_a_name']) });
    expect(await runs.inspect('quite_a_name', 5, 0)).toMatchObject({ found: true });
  });
});
