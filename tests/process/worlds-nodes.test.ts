import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness } from './worlds-harness.js';

/** Ranks of my node, and a message that has gone round all ranks of all nodes. */
const NODES = `
import os
from mpi4py import MPI
comm = MPI.COMM_WORLD
node = comm.Split_type(MPI.COMM_TYPE_SHARED)
heads = comm.Split(0 if node.rank == 0 else MPI.UNDEFINED)
big = bytearray(1 << 20)
big[-1] = comm.rank
got = bytearray(1 << 20)
comm.Sendrecv(big, (comm.rank + 1) % comm.size, recvbuf=got, source=(comm.rank - 1) % comm.size)
first = comm.allreduce(1 if node.rank == 0 else 0)
print(node.size, first, got[-1], comm.allreduce(comm.rank), os.environ.get("UCX_TLS"))
`;

const CLASS = `
from mpi4py import MPI
send = MPI.COMM_WORLD.Send
print(type(MPI.COMM_WORLD) is MPI.Intracomm, type(send.__func__).__name__, MPI.COMM_WORLD.allreduce(1))
`;

describe('worlds on several nodes', () => {
  let harness: Harness;
  beforeAll(() => void (harness = new Harness()));
  afterAll(() => harness.dispose());

  it.each([
    [4, 2, [2, 2, 2, 2]],
    [5, 2, [3, 3, 3, 2, 2]],
    [3, 3, [1, 1, 1]]
  ])('%i ranks on %i nodes', async (size, nodes, sizes) => {
    const recorder = await harness.run(size, NODES, { nodes });
    const sum = (size * (size - 1)) / 2;
    expect(sizes.map((_, rank) => recorder.text(rank).split(' ').slice(0, 4))).toEqual(
      sizes.map((each, rank) => [each, nodes, (rank + size - 1) % size, sum].map(String))
    );
    expect(recorder.text(0)).toMatch(/self,(tcp|posix)/);
  });

  it('are kept apart from those of one node', async () => {
    await harness.run(4, 'here = 1', { nodes: 2 });
    const other = await harness.run(4, 'print("here" in dir())');
    const same = await harness.run(4, 'print(here)', { nodes: 2 });
    expect([other.text(0), same.text(0)]).toEqual(['False\n', '1\n']);
    const worlds = harness.worlds.list().map(({ name, nodes }) => [name, nodes]);
    expect(worlds).toContainEqual(['4', 1]);
    expect(worlds).toContainEqual(['4-on-2-nodes', 2]);
  });

  it('can be had by name, and not with other nodes under that name', async () => {
    await harness.run(2, 'x = 5', { name: 'two', nodes: 2 });
    const again = await harness.run(2, 'print(x)', { name: 'two' });
    expect(again.text(1)).toBe('5\n');
    await expect(harness.acquire(2, { name: 'two', nodes: 1 })).rejects.toThrow(
      /World two is on 2 nodes, and the cell asks for one node\. Add --fresh/
    );
  });

  it('need the local engine', async () => {
    await expect(harness.acquire(2, { engine: 'mpiexec', nodes: 2 })).rejects.toThrow(
      /--nodes needs ranks that Rankbook itself starts/
    );
  });
});

describe('worlds without the layer', () => {
  let harness: Harness;
  beforeAll(() => void (harness = new Harness()));
  afterAll(() => harness.dispose());

  it('have plain mpi4py, beside those that have the layer', async () => {
    const layered = await harness.run(2, CLASS + 'mine = 1');
    const plain = await harness.run(2, CLASS + 'print("mine" in dir())', { layer: false });
    expect(layered.text(0)).toBe('True function 2\n');
    expect(plain.text(1)).toBe('True cython_function_or_method 2\nFalse\n');
    const worlds = harness.worlds.list().map(({ name, layer }) => [name, layer]);
    expect(worlds.sort()).toEqual([
      ['2', true],
      ['2-plain', false]
    ]);
  });

  it('do not take the name of one that has it', async () => {
    await harness.run(1, 'pass', { name: 'one' });
    await expect(harness.acquire(1, { name: 'one', layer: false })).rejects.toThrow(
      /World one was started with the MPI layer, and %world layer off holds\. Add --fresh/
    );
  });
});
