import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Runs } from '../../kernel/runs/index.js';
import type { IRunSpec, RunOutcome } from '../../kernel/runs/spec.js';
import { createWorlds, type IWarmWorlds } from '../../kernel/worlds/index.js';
import { FakeCell, FakeLive, cellSpec, programSpec } from '../unit/kernel/runs/fakeWorld.js';
import { root } from './worlds-harness.js';

const SIZE = 2;

/** What spawned processes run, by the name of its file. */
const PROGRAMS = {
  'merge.py': `
import sys
from mpi4py import MPI
world = MPI.COMM_WORLD
all = MPI.Comm.Get_parent().Merge(high=True)
print("worker", world.rank, "of", world.size, sys.argv[1:], all.rank, all.allreduce(1))
`,
  'serve.py': `
import time
from mpi4py import MPI
parent = MPI.Comm.Get_parent()
while (order := parent.recv(source=0)) is not None:
    time.sleep(order)
    print("slept", order, flush=True)
    parent.send(order, dest=0)
parent.Disconnect()
`,
  'raise.py': `
from mpi4py import MPI
parent = MPI.Comm.Get_parent()
parent.Barrier()
raise ValueError("no good")
`,
  'nested.py': `
import sys
from mpi4py import MPI
if len(sys.argv) > 1:
    MPI.COMM_SELF.Spawn(sys.executable, args=["nested.py"]).Disconnect()
MPI.Comm.Get_parent().Disconnect()
print("deep" if len(sys.argv) == 1 else "middle")
`,
  'parent.py': `
import sys
from mpi4py import MPI
MPI.COMM_WORLD.Spawn(sys.executable, args=["late.py"]).Disconnect()
print("parent over")
`,
  'late.py': `
import time
from mpi4py import MPI
MPI.Comm.Get_parent().Disconnect()
time.sleep(0.8)
print("late words")
`
};

let folder: string;
let worlds: IWarmWorlds;
let runs: Runs;
let cell: FakeCell;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rbs-'));
  for (const [name, source] of Object.entries(PROGRAMS)) {
    writeFileSync(join(folder, name), source);
  }
  worlds = createWorlds({
    python: join(root, '.venv', 'bin', 'python'),
    runtimeDir: folder,
    env: { ...process.env, PYTHONPATH: root, RANKBOOK_MAX_RANKS: '10' },
    log: () => undefined
  });
  runs = new Runs({ worlds, live: new FakeLive(), log: () => undefined });
});

afterAll(async () => {
  await runs.dispose();
  expect(processesIn(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => newCell());

function newCell(): void {
  cell = new FakeCell();
  cell.cwd = folder;
}

function run(source: string, changes: Partial<IRunSpec> = {}): Promise<RunOutcome> {
  const preamble = 'import sys; from mpi4py import MPI; comm = MPI.COMM_WORLD; rank = comm.rank';
  return runs.run(
    cellSpec({
      world: { ...cellSpec().world, size: SIZE },
      work: { kind: 'cell', source: `\n${preamble}\n${source}\n` },
      ...changes
    }),
    cell
  );
}

/** Processes whose working directory is this folder: ranks, and what they have spawned. */
function processesIn(directory: string): string[] {
  return readdirSync('/proc').filter(name => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === directory;
    } catch {
      return false;
    }
  });
}

/** Lines of the text form, without the numbers' alignment, in alphabetical order. */
function lines(): string[] {
  return cell.plain
    .split('\n')
    .map(line => line.replace(/^\[ +/, '['))
    .sort();
}

function notices(): string {
  return cell.model.notices.map(notice => notice.text).join('\n');
}

describe('MPI_Comm_spawn', () => {
  it('is refused with more arguments than a program can have, and the world lives on', async () => {
    const source = [
      'comm.Set_errhandler(MPI.ERRORS_RETURN)',
      'comm.Spawn(sys.executable, args=["x" * 15000] * 300)'
    ].join('\n');
    const outcome = await run(source, { ranks: [0], world: { ...cellSpec().world, size: 1 } });
    expect(outcome.status).toBe('error');
    expect(notices()).toContain('Spawn on rank 0 failed: the arguments take more than 4 MB');
    newCell();
    expect(await run('print(rank)', { world: { ...cellSpec().world, size: 1 } })).toEqual({
      status: 'ok'
    });
    expect(notices()).toBe('');
  });

  it('starts processes, which merge with their parents and have tabs of their own', async () => {
    const source = [
      'inter = comm.Spawn(sys.executable, args=["merge.py", "a b=c", "two\\nlines"], maxprocs=2)',
      'all = inter.Merge()',
      'print(type(inter) is MPI.Intercomm, all.rank, all.size, all.allreduce(1))',
      'all.Free(); inter.Disconnect()'
    ].join('\n');
    expect(await run(source)).toEqual({ status: 'ok' });
    const given = "['a b=c', 'two\\nlines']";
    expect(lines()).toEqual([
      `[0.0] worker 0 of 2 ${given} 2 4`,
      `[0.1] worker 1 of 2 ${given} 3 4`,
      '[0] True 0 4 4',
      '[1] True 1 4 4'
    ]);
    expect(cell.model.ranks.map(({ rank, label, state }) => [rank, label, state])).toEqual([
      [0, undefined, 'done'],
      [1, undefined, 'done'],
      [2, '0.0', 'done'],
      [3, '0.1', 'done']
    ]);
    expect(cell.bundle['text/html']).toContain('2 ranks and 2 spawned');
  });

  it('may be called again and again, by one rank alone too', async () => {
    const source = [
      'if rank == 1:',
      '    for i in range(2):',
      '        inter = MPI.COMM_SELF.Spawn(sys.executable, args=["merge.py", str(i)])',
      '        print(inter.Merge().allreduce(1))',
      '        inter.Disconnect()'
    ].join('\n');
    expect(await run(source)).toEqual({ status: 'ok' });
    expect(lines()).toEqual([
      "[1.0] worker 0 of 1 ['0'] 1 2",
      "[1.1] worker 0 of 1 ['1'] 1 2",
      '[1] 2',
      '[1] 2'
    ]);
  });

  it('starts several programs as one world', async () => {
    const source = [
      'inter = comm.Spawn_multiple([sys.executable] * 2, [["merge.py", "x"], ["merge.py", "y"]], [1, 2])',
      'print(inter.Merge().allreduce(1)); inter.Disconnect()'
    ].join('\n');
    expect(await run(source)).toEqual({ status: 'ok' });
    expect(lines().filter(line => line.includes('worker'))).toEqual([
      "[0.0] worker 0 of 3 ['x'] 2 5",
      "[0.1] worker 1 of 3 ['y'] 3 5",
      "[0.2] worker 2 of 3 ['y'] 4 5"
    ]);
  });

  it('serves pools of mpi4py.futures', async () => {
    const source = [
      'import math',
      'from mpi4py.futures import MPIPoolExecutor',
      'if rank == 0:',
      '    with MPIPoolExecutor(max_workers=3) as pool:',
      '        print(list(pool.map(math.factorial, range(6))))'
    ].join('\n');
    expect(await run(source)).toEqual({ status: 'ok' });
    expect(lines()).toEqual(['[0] [1, 1, 2, 6, 24, 120]']);
    expect(cell.model.ranks.slice(2).map(({ label, state }) => `${label} ${state}`)).toEqual([
      '0.0 done',
      '0.1 done',
      '0.2 done'
    ]);
  });

  it('waits for a process that takes its time, without a false alarm, and in later cells', async () => {
    const begin = 'inter = comm.Spawn(sys.executable, args=["serve.py"])';
    const ask = 'if rank == 0: inter.send(2.5, dest=0); print(inter.recv(source=0))';
    expect(await run(begin)).toEqual({ status: 'ok' });
    expect(cell.model.ranks.map(({ state }) => state)).toEqual(['done', 'done', 'running']);
    newCell();
    expect(await run(ask)).toEqual({ status: 'ok' });
    expect(lines()).toEqual(
      ['[0.0] slept 2.5', '[0] 2.5'].map(l => expect.stringContaining(l) as string)
    );
    newCell();
    expect(await run('if rank == 0: inter.send(None, dest=0)\ninter.Disconnect()')).toEqual({
      status: 'ok'
    });
  });

  it('is explained where ranks do not all come to it', async () => {
    const outcome = await run('if rank == 0: comm.Spawn(sys.executable, args=["merge.py"])');
    expect(outcome).toMatchObject({ status: 'error', ename: 'DeadlockError' });
    expect(notices()).toMatch(/Spawn/);
  });

  it.each([
    ['a program that does not exist', '"/no/such", maxprocs=2', /exit code 127 before it/],
    ['one that does not know MPI', '"/bin/true"', /process 0\.\d+ ended with exit code 0 before/],
    ['more processes than there may be', '"x", maxprocs=9', /more than the 10 allowed in all/]
  ])('fails with an error and a reason for %s', async (_, call, reason) => {
    const source = `try: comm.Spawn(${call})\nexcept MPI.Exception: print(comm.allreduce(1))`;
    expect(await run(source)).toEqual({ status: 'ok' });
    expect(notices()).toMatch(/^Spawn on rank 0 failed: /m);
    expect(notices()).toMatch(reason);
    expect(lines().filter(line => line.endsWith('] 2'))).toHaveLength(2);
  });

  it('says which process has failed, and frees ranks that wait for it', async () => {
    const source = [
      'inter = comm.Spawn(sys.executable, args=["raise.py"])',
      'inter.Barrier()',
      'inter.recv(source=0)'
    ].join('\n');
    const outcome = await run(source);
    expect(outcome).toMatchObject({ status: 'error', ename: 'SpawnedProcessError' });
    expect(notices()).toMatch(/Spawned process 0\.\d+: process ended with exit code 1/);
    expect(cell.plain).toMatch(/\[0\.\d+\] ValueError: no good/);
    newCell();
    expect(await run('print("sound", comm.allreduce(1))')).toEqual({ status: 'ok' });
  });

  it('may be called by spawned processes in turn', async () => {
    const source = 'comm.Spawn(sys.executable, args=["nested.py", "more"]).Disconnect()';
    expect(await run(`${source}\nimport time; time.sleep(1)`, {})).toEqual({ status: 'ok' });
    expect(cell.plain).toMatch(/\[ *0\.\d+\] middle/);
    expect(cell.plain).toMatch(/\[ *0\.\d+\.0\] deep/);
  });

  it('belongs to a program, which is over when all its processes are', async () => {
    const spec = programSpec('path', ['parent.py']);
    const outcome = await runs.run({ ...spec, world: { ...spec.world, size: SIZE } }, cell);
    expect(outcome).toEqual({ status: 'ok' });
    expect(lines()).toEqual(
      ['[0.0] late words', '[0] parent over', '[1] parent over'].map(
        l => expect.stringContaining(l) as string
      )
    );
  });

  it('leaves no process behind when the world is stopped', async () => {
    await run('inter = comm.Spawn(sys.executable, args=["serve.py"], maxprocs=3)');
    const pids = cell.model.ranks.length;
    expect(pids).toBe(SIZE + 3);
    await runs.worldCommand({ kind: 'world', action: 'stop', name: null }, cell);
    expect(processesIn(folder)).toEqual([]);
  });
});
