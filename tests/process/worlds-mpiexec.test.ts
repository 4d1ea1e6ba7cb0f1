import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness, PROMPT } from './worlds-harness.js';

let harness: Harness;

/** Process numbers of the children of a process, the latest first. */
function childrenOf(parent: number): number[] {
  return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number)
    .reverse();
}

/** The command line of a process; empty where it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

beforeAll(() => {
  harness = new Harness();
});
afterAll(() => harness.dispose());

const engine = { engine: 'mpiexec' } as const;

describe('the mpiexec engine', () => {
  it('runs cells on ranks that stay', async () => {
    await harness.run(2, 'from mpi4py import MPI\nx = MPI.COMM_WORLD.rank + 1', engine);
    const recorder = await harness.run(2, 'print(x, MPI.COMM_WORLD.allreduce(x))', engine);
    expect([0, 1].map(rank => recorder.text(rank))).toEqual(['1 3\n', '2 3\n']);
    expect(harness.worlds.list()[0]).toMatchObject({ engine: 'mpiexec', size: 2, state: 'idle' });
  });

  it('keeps the boot file to the owner and out of the way', async () => {
    await harness.run(2, 'pass', engine);
    await harness.worlds.stop(null);
    const runtime = readdirSync(harness.directory).find(name => name.startsWith('rb-')) ?? '';
    expect(readdirSync(`${harness.directory}/${runtime}`).sort()).toEqual(['s', 'z']);
  });

  it('says which rank went down and how', async () => {
    const { world, recorder } = await harness.acquire(2, engine);
    harness.send(world, 'import os, time\nprint("last")\nos.kill(os.getpid(), 9)', [1]);
    await recorder.exited();
    expect(recorder.text(1)).toBe('last\n');
    expect(recorder.exits[1]).toMatchObject({ signal: 'SIGKILL' });
    // On a busy machine mpiexec may name rank 0, see `readMpiexecEnd`.
    const causes = recorder.exits.map(exit => exit?.cause ?? '');
    const named = causes.findIndex(cause => cause.startsWith('killed by SIGKILL'));
    expect(causes[1 - named]).toBe(`ended by mpiexec because rank ${named} went down`);
    world.listener = null;
    const next = await harness.acquire(2, engine);
    expect(next.world.notices[0]).toContain('World 2 was started anew');
    next.world.listener = null;
  });

  it('interrupts, and kills what does not react', async () => {
    const { world, recorder } = await harness.acquire(2, engine);
    const run = harness.send(world, 'print("go")\nwhile True: pass', [0]);
    await recorder.until(() => recorder.text(0) === 'go\n');
    world.sendControl(0, { type: 'interrupt', run });
    await recorder.finished([0]);
    expect(recorder.done[0]?.status).toBe('interrupted');
    world.kill();
    await recorder.exited(PROMPT);
    world.listener = null;
  });

  it('ends a world whose mpiexec does not react', async () => {
    const { world } = await harness.acquire(2, { ...engine, name: 'stuck' });
    const [leash] = childrenOf(process.pid).filter(pid => commandOf(pid).includes('leash'));
    process.kill(leash, 'SIGSTOP');
    world.listener = null;
    const started = Date.now();
    await harness.worlds.stop('stuck');
    expect(Date.now() - started).toBeLessThan(PROMPT);
    expect(commandOf(leash)).toBe('');
  });

  it('runs executables', async () => {
    const { recorder } = await harness.acquire(2, {
      ...engine,
      temporary: true,
      exec: ['/bin/sh', '-c', 'echo rank $PMI_RANK']
    });
    await recorder.exited();
    expect([0, 1].map(rank => recorder.text(rank))).toEqual(['rank 0\n', 'rank 1\n']);
    expect(recorder.exits[0]?.code).toBe(0);
  });
});

describe('the choice of the engine', () => {
  it('falls back to mpiexec where ranks can not be forked, and says so', async () => {
    // mpi4py in the zygote fails to load this library.
    const odd = new Harness({ PYTHONPATH: `${harness.directory}:${process.cwd()}` });
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      `${harness.directory}/sitecustomize.py`,
      'import os, sys\nif "rankbook.zygote" in " ".join(sys.orig_argv):\n    sys.modules["zmq"] = None\n'
    );
    try {
      const { world, recorder } = await odd.acquire(2);
      expect(world.engine).toBe('mpiexec');
      expect(world.notices).toEqual([
        expect.stringMatching(/^Ranks are started by mpiexec: .*zmq/)
      ]);
      odd.send(world, 'print("works")');
      await recorder.finished();
      expect(recorder.text(1)).toBe('works\n');
      world.listener = null;
      await expect(odd.acquire(2, { engine: 'local', name: 'other' })).rejects.toThrow(
        /local engine can not be used: .*Try --engine mpiexec/
      );
    } finally {
      await odd.dispose();
    }
  });
});
