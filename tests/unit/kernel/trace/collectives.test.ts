import { describe, expect, test } from 'vitest';
import { RunTrace } from '../../../../kernel/trace/index.js';
import type { CallRecord } from '../../../../src/protocol/index.js';
import type { Program } from './program.js';
import { Alltoall, Bcast, Gather, Gatherv, Scatter, Scatterv, world } from './program.js';
import { run } from './simulate.js';

describe('collectives that fit together', () => {
  test.each<[string, () => Program]>([
    ['as many as all others', () => world(3).each(() => Scatter())],
    ['counts of a part', () => world(3).each(() => Gather({ whole: 80, counts: 10 }))],
    [
      'counts, and a rank without any',
      () =>
        world(3).each(r =>
          Gatherv({
            bytes: 80 * r,
            counts: [0, 10, 20],
            whole: 240,
            dtype: r ? 'MPI.INT' : 'MPI.INT'
          })
        )
    ],
    ['a rest that mpi4py distributes', () => world(3).each(() => Scatterv({ whole: 256 }))],
    ['bytes', () => world(2).each(r => Gather({ dtype: r === 0 ? 'MPI.DOUBLE' : 'MPI.BYTE' }))],
    [
      'a derived type',
      () => world(2).each(r => Scatter({ whole: 8, dtype: r ? 'MPI.INT' : 'row' }))
    ],
    [
      'other names of a type',
      () => world(2).each(r => Gather({ dtype: r ? 'MPI.LONG' : 'MPI.INT64_T' }))
    ],
    [
      'derived types for all',
      () => world(2).each(r => Bcast({ bytes: 8 + 8 * r, dtype: 'column' }))
    ],
    [
      'parts with and without counts',
      () => world(2).each(r => Alltoall(r ? { bytes: 160 } : { counts: 10 }))
    ]
  ])('%s', (_, program) => {
    const played = run(program());
    expect(played.remarks()).toEqual([]);
    expect(played.finished).toBe(true);
  });

  test('between two groups the root has no part', () => {
    const trace = new RunTrace({ size: 3, clock: () => 0 });
    const sides: [number[], number[]][] = [
      [[0], [1, 2]],
      [[1, 2], [0]]
    ];
    for (const rank of [0, 1, 2]) {
      const [members, remote] = sides[rank === 0 ? 0 : 1] ?? [[], []];
      const amount = { bytes: rank === 0 ? 160 : 80, count: rank === 0 ? 20 : 10 };
      const call: CallRecord = {
        ...{ seq: 1, name: 'Scatter', kind: 'collective', buffer: true, nonblocking: false },
        ...{ t0: 0, t1: 1, line: 2 },
        collective: {
          ...{ comm: 'inter', index: 0, root: rank === 0 ? -3 : 0, op: null, dtype: 'MPI.DOUBLE' },
          ...amount
        }
      };
      const comms = [{ id: 'inter', members, remote, name: 'inter' }];
      trace.onTrace(rank, { comms, calls: [call] }, 0);
      trace.onEnd(rank, { how: 'done', line: null, what: null });
    }
    expect(trace.remarks()).toEqual([]);
  });
});
