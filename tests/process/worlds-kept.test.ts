import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Dealer } from 'zeromq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Harness, PROMPT } from './worlds-harness.js';

let harness: Harness;
beforeAll(() => {
  harness = new Harness({ RANKBOOK_MAX_RANKS_WORLD: '6', RANKBOOK_MAX_RANKS: '8' });
  harness.worlds.warm();
});
afterAll(async () => {
  await harness.dispose();
  expect(existsSync(harness.directory)).toBe(false);
});
afterEach(async () => {
  await harness.worlds.stop(null);
});

function runtime(): string {
  const name = readdirSync(harness.directory).find(each => each.startsWith('rb-')) ?? '';
  return join(harness.directory, name);
}

describe('kept worlds', () => {
  it('are kept by size and by name', async () => {
    await harness.run(1, 'x = "one"');
    await harness.run(2, 'x = "two"');
    await harness.run(2, 'x = "named"', { name: 'solver' });
    expect((await harness.run(1, 'print(x)')).text(0)).toBe('one\n');
    expect((await harness.run(2, 'print(x)')).text(0)).toBe('two\n');
    expect((await harness.run(2, 'print(x)', { name: 'solver' })).text(0)).toBe('named\n');
    expect(harness.worlds.current?.name).toBe('solver');
    expect(
      harness.worlds.list().map(({ name, size, state, runs }) => [name, size, state, runs])
    ).toEqual([
      ['1', 1, 'idle', 2],
      ['2', 2, 'idle', 2],
      ['solver', 2, 'idle', 2]
    ]);
    const info = harness.worlds.list()[1];
    expect(info?.pids).toHaveLength(2);
    expect(info?.memory).toBeGreaterThan(1_000_000);
    expect(await harness.worlds.stop('solver')).toMatchObject([{ name: 'solver', cutShort: [] }]);
    expect(await harness.worlds.stop('solver')).toEqual([]);
    expect(harness.worlds.current).toBeNull();
    expect(harness.worlds.list().map(each => each.name)).toEqual(['1', '2']);
  });

  it('are started anew with fresh, without a word about a loss', async () => {
    await harness.run(1, 'x = 1');
    const { world, recorder } = await harness.acquire(1, { fresh: true });
    expect(world.notices).toEqual([]);
    harness.send(world, 'print("x" in globals())');
    await recorder.finished();
    expect(recorder.text(0)).toBe('False\n');
    world.listener = null;
  });

  it('are not listed where they are temporary', async () => {
    const { world } = await harness.acquire(1, { temporary: true });
    expect(harness.worlds.list()).toEqual([]);
    expect(harness.worlds.current).toBeNull();
    await world.stop();
  });

  it('are refused where they are not what the cell asks for', async () => {
    await harness.run(2, 'x = 1', { name: 'a' });
    await expect(harness.acquire(3, { name: 'a' })).rejects.toThrow(
      /World a has 2 ranks, and the cell asks for 3\. Add --fresh/
    );
    await expect(harness.acquire(2, { name: 'a', env: { FOO: '1' } })).rejects.toThrow(
      /World a was started without FOO=1/
    );
    await expect(harness.acquire(2, { name: 'a', engine: 'mpiexec' })).rejects.toThrow(
      /was started by local, and the cell asks for mpiexec/
    );
    expect((await harness.run(2, 'print(x)', { name: 'a' })).text(0)).toBe('1\n');
  });

  it('are refused beyond the limits, and nothing is stopped then', async () => {
    await harness.run(5, 'x = 1');
    await expect(harness.acquire(7)).rejects.toThrow(/more than the 6 that a world may have/);
    await expect(harness.acquire(4)).rejects.toThrow(
      /4 more ranks beside the 5.* more than the 8.*5 \(5 ranks\).*%world stop 5/
    );
    await expect(harness.acquire(6, { fresh: true, name: '5' })).resolves.toBeTruthy();
  });

  it('see the environment and the folder asked for, also of libraries', async () => {
    const recorder = await harness.run(
      1,
      'import os\nprint(os.environ["FOO"], os.environ["OMP_NUM_THREADS"], os.getcwd())',
      { env: { FOO: 'bar', OMP_NUM_THREADS: '3' }, cwd: '/usr' }
    );
    expect(recorder.text(0)).toBe('bar 3 /usr\n');
  });

  it('are clean after a run that went wrong', async () => {
    const { world, recorder } = await harness.acquire(2);
    harness.send(
      world,
      [
        'from mpi4py import MPI',
        'comm = MPI.COMM_WORLD',
        'kept = comm.rank',
        'if comm.rank == 0:',
        '    comm.send("stray", dest=1, tag=9)',
        '    raise ValueError("no")'
      ].join('\n')
    );
    await recorder.finished();
    expect(recorder.done[0]?.status).toBe('error');
    world.listener = null;
    const next = await harness.run(
      2,
      'if comm.rank == 0: comm.send("right", dest=1, tag=9)\nelse: print(comm.recv(tag=9), kept)'
    );
    expect(next.text(1)).toBe('right 1\n');
  });

  it('end at once when their start is aborted', async () => {
    const abort = new AbortController();
    const { Recorder } = await import('./worlds-harness.js');
    const acquired = harness.worlds.acquire(
      harness.spec(4, { fresh: true }),
      new Recorder(4),
      abort.signal
    );
    abort.abort(new Error('interrupted'));
    await expect(acquired).rejects.toThrow('interrupted');
    expect(harness.worlds.list()).toEqual([]);
  });
});

describe('strangers', () => {
  it('find a folder that is only the owner’s', () => {
    expect(statSync(runtime()).mode & 0o777).toBe(0o700);
  });

  it('can not speak on the stream socket', async () => {
    await harness.run(1, 'pass');
    const closed = (line: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = connect(join(runtime(), 's'), () => socket.write(line));
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
        setTimeout(() => reject(new Error('still open')), PROMPT).unref();
      });
    const world = harness.worlds.current?.id;
    await closed('hello\n');
    await closed(`rankbook ${world} 0 stdout wrong-token\n`);
    await closed(`rankbook none 0 stdout x\n`);
    await closed('x'.repeat(1000));
  });

  it('can not speak as an agent', async () => {
    const { world, recorder } = await harness.acquire(1);
    const stranger = new Dealer({ routingId: `${world.id}/0/other`, linger: 0 });
    stranger.connect(`ipc://${join(runtime(), 'z')}`);
    await stranger.send([JSON.stringify({ type: 'hello', token: 'wrong', pid: 1 }), '']);
    await stranger.send([
      JSON.stringify({ type: 'input_request', run: 'r', prompt: 'password', password: true }),
      ''
    ]);
    await stranger.send(['no JSON', '']);
    harness.send(world, 'import time; time.sleep(0.2); print("own")');
    await recorder.finished();
    expect(recorder.inputs).toEqual([]);
    expect(recorder.text(0)).toBe('own\n');
    stranger.close();
    world.listener = null;
  });
});
