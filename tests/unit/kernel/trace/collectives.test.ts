import { describe, expect, test } from 'vitest';
import { RunTrace } from '../../../../kernel/trace/index.js';
import type { CallRecord } from '../../../../src/protocol/index.js';
import type { Program } from './program.js';
import {
  Allgather,
  Alltoall,
  Alltoallv,
  Bcast,
  Gather,
  Gatherv,
  Scatter,
  Scatterv,
  exit,
  raise,
  world
} from './program.js';
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
    ['room for what all send', () => world(3).each(() => Allgather({ received: { bytes: 240 } }))],
    [
      'room for bytes',
      () => world(2).each(() => Allgather({ received: { bytes: 160, dtype: 'MPI.BYTE' } }))
    ],
    [
      'room for a derived type',
      () => world(2).each(() => Allgather({ received: { bytes: 8, dtype: 'row' } }))
    ],
    [
      'nothing received as another type',
      () =>
        world(2).each(() =>
          Alltoallv({ bytes: 0, counts: [0, 0], received: { bytes: 0, dtype: 'MPI.INT' } })
        )
    ],
    [
      'a part of each size for each rank',
      () =>
        world(2).each(r =>
          Alltoallv({
            counts: [3 + r, 7 - r],
            received: { bytes: 80, counts: r ? [7, 6] : [3, 4] }
          })
        )
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

  test('each of two groups gives what the other has room for', () => {
    const trace = new RunTrace({ size: 3, clock: () => 0 });
    for (const rank of [0, 1, 2]) {
      const [members, remote] = rank === 0 ? [[0], [1, 2]] : [[1, 2], [0]];
      const [count, room] = rank === 0 ? [4, 6] : [3, 4];
      const call: CallRecord = {
        ...{ seq: 1, name: 'Allgather', kind: 'collective', buffer: true, nonblocking: false },
        ...{ t0: 0, t1: 1, line: 2 },
        collective: {
          ...{ comm: 'inter', index: 0, root: null, op: null, dtype: 'MPI.DOUBLE' },
          ...{ bytes: 8 * count, count },
          received: { bytes: 8 * room, count: room, dtype: 'MPI.DOUBLE' }
        }
      };
      const comms = [{ id: 'inter', members, remote, name: 'inter' }];
      trace.onTrace(rank, { comms, calls: [call] }, 0);
      trace.onEnd(rank, { how: 'done', line: null, what: null });
    }
    expect(trace.remarks()).toEqual([]);
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

describe('what is left in COMM_WORLD for the next cell', () => {
  const left = (program: Program): boolean => {
    const trace = run(program).trace();
    trace.remarks();
    return trace.disordered;
  };

  test('a collective that others have not called', () => {
    expect(left(world(3).rank(1, Bcast({ root: 1 })))).toBe(true);
  });

  test('collectives that passed each other', () => {
    expect(left(world(2).rank(0, Bcast()).rank(1, Gather()))).toBe(true);
    expect(left(world(2).each(r => Bcast({ root: r })))).toBe(true);
  });

  test('nothing, where all called the same or the communicator is another one', () => {
    expect(left(world(3).each(() => Bcast()))).toBe(false);
    expect(
      left(
        world(3)
          .comm('row', [0, 1])
          .rank(0, Bcast({ comm: 'row' }))
      )
    ).toBe(false);
  });

  test('a rank that left by exit is told of too', () => {
    const played = run(world(2).rank(0, Bcast()).rank(1, exit(0)));
    expect(played.remarks()).toMatchObject([{ text: expect.stringContaining('rank 1 has not') }]);
  });

  test('not told of a rank that failed, and not where a rank does not take part', () => {
    expect(run(world(2).rank(0, Bcast()).rank(1, raise('ValueError: x'))).remarks()).toEqual([]);
    const trace = new RunTrace({ size: 2, ranks: [0], clock: () => 0 });
    const { calls } = run(world(2).rank(0, Bcast())).recorded(0);
    trace.onTrace(0, { comms: [], calls }, 0);
    trace.onEnd(0, { how: 'done', line: null, what: null });
    expect(trace.remarks()).toEqual([]);
    expect(trace.disordered).toBe(false);
  });

  test('a call that raised does not count, or has not taken part', () => {
    const bcast = (seq: number, index: number, error?: string): CallRecord => ({
      ...{ seq, name: 'Bcast', kind: 'collective', buffer: true, nonblocking: false },
      ...{ t0: seq, t1: seq, line: 2, ...(error === undefined ? {} : { error }) },
      collective: {
        ...{ comm: 'world', index, root: 0, op: null },
        ...{ bytes: 8, count: 1, dtype: 'MPI.DOUBLE' }
      }
    });
    const traced = (calls: CallRecord[][]): [string[], boolean] => {
      const trace = new RunTrace({ size: 2, clock: () => 0 });
      calls.forEach((mine, rank) => {
        trace.onTrace(rank, { comms: [], calls: mine }, 0);
        trace.onEnd(rank, { how: 'done', line: null, what: null });
      });
      return [trace.remarks().map(({ text }) => text), trace.disordered];
    };
    const refused = 'ValueError: mismatch in send count 1 and receive count 2';
    expect(traced([[bcast(1, 0, refused), bcast(2, 0)], [bcast(1, 0)]])).toEqual([[], true]);
    const told = [
      expect.stringMatching(
        /^Rank 1 called Bcast in line 2, but rank 0 has not: Bcast in line 2 raised an exception on rank 0\.[^]*raised ValueError: mismatch[^]*no call for the other ranks/
      )
    ];
    expect(traced([[bcast(1, 0, refused)], [bcast(1, 0)]])).toEqual([told, true]);
    // It raised after it had begun.
    expect(traced([[bcast(1, 0, refused), bcast(2, 1)], [bcast(1, 0)]])).toEqual([told, true]);
    // On all ranks: then none is behind the others.
    const both = [[bcast(1, 0, refused), bcast(2, 0)], [bcast(1, 0, refused)]];
    expect(traced(both)).toEqual([
      [expect.stringMatching(/^Rank 0 called Bcast in line 2 more often than rank 1/)],
      true
    ]);
    // In a cell after one that failed.
    expect(traced([[bcast(1, 6)], [bcast(1, 5)]])).toEqual([[], false]);
    expect(traced([[bcast(1, 5), bcast(2, 6)], [bcast(1, 5)]])).toEqual([
      [expect.stringMatching(/more often/)],
      true
    ]);
  });
});
