import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness } from './worlds-harness.js';

let harness: Harness;
beforeAll(() => {
  harness = new Harness();
  harness.worlds.warm();
});
afterAll(() => harness.dispose());

describe('a cell on real ranks', () => {
  it.each([1, 2, 4, 16])('runs on %i ranks', async size => {
    const recorder = await harness.run(
      size,
      [
        'from mpi4py import MPI',
        'comm = MPI.COMM_WORLD',
        'print(comm.rank, comm.size, comm.allreduce(comm.rank))'
      ].join('\n')
    );
    const sum = (size * (size - 1)) / 2;
    for (let rank = 0; rank < size; rank++) {
      expect(recorder.text(rank)).toBe(`${rank} ${size} ${sum}\n`);
      expect(recorder.done[rank]).toMatchObject({ status: 'ok' });
    }
  });
});
