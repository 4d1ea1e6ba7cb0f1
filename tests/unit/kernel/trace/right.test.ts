import { describe, expect, test } from 'vitest';
import type { Program } from './program.js';
import {
  ANY,
  Allgather,
  Allreduce,
  BIG,
  Barrier,
  Bcast,
  Gather,
  Ibarrier,
  Irecv,
  Isend,
  NULL,
  Probe,
  Recv,
  Reduce,
  Scatter,
  Send,
  Sendrecv,
  Ssend,
  Wait,
  Waitall,
  Waitany,
  allreduce,
  barrier,
  bcast,
  compute,
  gather,
  irecv,
  isend,
  probe,
  raise,
  recv,
  reduce,
  scatter,
  send,
  sendrecv,
  wait,
  world
} from './program.js';
import { run } from './simulate.js';

const left = (rank: number, size: number): number => (rank + size - 1) % size;
const right = (rank: number, size: number): number => (rank + 1) % size;

/** A slow rank lives, so whoever waits for it, however indirectly, must be left alone. */
const SLOW: [string, () => Program][] = [
  ['recv from a rank that computes', () => world(2).rank(0, compute()).rank(1, recv(0))],
  [
    'large Send to a rank that computes',
    () =>
      world(2)
        .rank(0, Send(1, { bytes: BIG }))
        .rank(1, compute())
  ],
  [
    'Ssend to a rank that computes',
    () => world(3).rank(0, Ssend(2)).rank(1, Recv(0)).rank(2, compute())
  ],
  ['Barrier, one rank still computes', () => world(4).rank(3, compute()).all(Barrier())],
  ['bcast whose root computes', () => world(5).rank(0, compute()).all(bcast())],
  [
    'Allreduce, one rank waits for a slow one',
    () => world(3).rank(0, compute()).rank(1, recv(0)).all(Allreduce())
  ],
  ['gather on the root, one rank is slow', () => world(4).rank(2, compute()).all(gather())],
  [
    'a pipeline behind a slow first stage',
    () =>
      world(5)
        .rank(0, compute())
        .each(r => Recv(r - 1), [1, 2, 3, 4])
  ],
  [
    'a ring whose first rank computes',
    () =>
      world(4)
        .rank(0, compute())
        .each(r => recv(left(r, 4)), [1, 2, 3])
  ],
  [
    'master waits for any of two, one is slow, one waits',
    () => world(3).rank(0, recv(ANY)).rank(1, recv(0)).rank(2, compute())
  ],
  [
    'master waits for any, the others have finished but one',
    () => world(4).rank(0, recv(ANY)).rank(3, compute())
  ],
  [
    'Waitany of a finished and a slow rank',
    () => world(3).rank(0, Irecv('a', 1), Irecv('b', 2), Waitany('a', 'b')).rank(2, compute())
  ],
  [
    'Waitall of two slow ranks',
    () => world(3).rank(0, Irecv('a', 1), Irecv('b', 2), Waitall('a', 'b')).ranks([1, 2], compute())
  ],
  [
    'wait on irecv from a rank that waits for input',
    () => world(2).rank(0, compute()).rank(1, irecv('r', 0), wait('r'))
  ],
  ['probe of a slow rank', () => world(2).rank(0, compute()).rank(1, probe(0))],
  ['Probe of any source, one slow', () => world(3).rank(0, Probe(ANY)).rank(2, compute())],
  ['Sendrecv with a slow neighbour', () => world(2).rank(0, Sendrecv(1, 1)).rank(1, compute())],
  [
    'sendrecv: receiver has finished, sender is slow',
    () => world(3).rank(0, sendrecv(1, 2)).rank(1, recv(0)).rank(2, compute())
  ],
  [
    'Sendrecv: its small message is never received, its source is slow',
    () => world(3).rank(0, Sendrecv(1, 2)).rank(2, compute())
  ],
  [
    'Ibarrier and Wait, one rank slow',
    () => world(3).ranks([0, 1], Ibarrier('b'), Wait('b')).rank(2, compute())
  ],
  [
    'a row in its Allreduce, its last member slow',
    () =>
      world(4)
        .comm('row', [2, 3])
        .rank(2, Allreduce({ comm: 'row' }))
        .rank(3, compute())
  ],
  [
    'a rank raised, but the other waits for a slow one',
    () => world(3).rank(0, raise('ValueError: x')).rank(1, recv(2)).rank(2, compute())
  ],
  [
    'a stray message with another tag, and the sender is slow',
    () =>
      world(2)
        .rank(0, send(1, { tag: 3 }), compute())
        .rank(1, recv(0, { tag: 0 }))
  ],
  ['scatter with a slow root', () => world(3).rank(0, compute()).all(scatter())]
];

/** These run to their end and give no cause for remarks. */
const SOUND: [string, () => Program][] = [
  ['ping-pong', () => world(2).rank(0, Send(1), Recv(1)).rank(1, Recv(0), Send(0))],
  [
    'ring with Sendrecv',
    () => world(4).each(r => Sendrecv(right(r, 4), left(r, 4), { bytes: BIG }))
  ],
  [
    'ring, rank 0 sends first',
    () =>
      world(3)
        .rank(0, send(1), recv(2))
        .each(r => recv(r - 1), [1, 2])
        .each(r => send(right(r, 3)), [1, 2])
  ],
  [
    'even ranks send first, large',
    () =>
      world(4)
        .each(r => (r % 2 ? Recv(left(r, 4), { bytes: BIG }) : Send(right(r, 4), { bytes: BIG })))
        .each(r => (r % 2 ? Send(right(r, 4), { bytes: BIG }) : Recv(left(r, 4), { bytes: BIG })))
  ],
  [
    'Isend, Irecv, Waitall with large arrays',
    () =>
      world(3)
        .each(r => Irecv('r', left(r, 3), { bytes: BIG }))
        .each(r => Isend('s', right(r, 3), { bytes: BIG }))
        .all(Waitall('r', 's'))
  ],
  [
    'isend, recv, wait',
    () =>
      world(2)
        .each(r => isend('s', 1 - r))
        .each(r => recv(1 - r))
        .all(wait('s'))
  ],
  [
    'master and workers with ANY_SOURCE',
    () =>
      world(4)
        .rank(0, recv(ANY), recv(ANY), recv(ANY), send(1), send(2), send(3))
        .ranks([1, 2, 3], send(0), recv(0))
  ],
  [
    'tags received in another order',
    () =>
      world(2)
        .rank(0, isend('a', 1, { tag: 1 }), send(1, { tag: 2 }), wait('a'))
        .rank(1, recv(0, { tag: 2 }), recv(0, { tag: 1 }))
  ],
  [
    'sources received in another order',
    () => world(3).rank(0, Recv(2), Recv(1)).ranks([1, 2], Send(0))
  ],
  [
    'chain with PROC_NULL at the ends',
    () => world(3).each(r => Sendrecv(r < 2 ? r + 1 : NULL, r > 0 ? r - 1 : NULL))
  ],
  [
    'Bcast, Reduce, Scatter, Gather, Allgather',
    () => world(4).all(Bcast()).all(Reduce()).all(Scatter()).all(Gather()).all(Allgather())
  ],
  [
    'bcast, reduce, allreduce, barrier of objects',
    () => world(3).all(bcast()).all(reduce()).all(allreduce()).all(barrier())
  ],
  [
    'collectives on two rows',
    () =>
      world(4)
        .comm('low', [0, 1])
        .comm('high', [2, 3])
        .ranks([0, 1], Allreduce({ comm: 'low' }))
        .ranks([2, 3], Allreduce({ comm: 'high' }))
        .all(Barrier())
  ],
  ['probe, then recv', () => world(2).rank(0, send(1)).rank(1, probe(0), recv(0))],
  [
    'many small messages, then their receives',
    () =>
      world(2)
        .rank(0, ...Array.from({ length: 50 }, () => Send(1, { line: 3 })), Recv(1))
        .rank(1, ...Array.from({ length: 50 }, () => Recv(0, { line: 6 })), Send(0))
  ],
  [
    'Irecv of any tag and any source, many',
    () =>
      world(3).rank(0, Irecv('a', ANY), Irecv('b', ANY), Waitall('a', 'b')).ranks([1, 2], Send(0))
  ]
];

describe('programs that only look suspicious', () => {
  test.each(SLOW)('%s', (_, program) => {
    expect(run(program()).deadlock(40)).toBeNull();
  });

  test.each(SOUND)('%s', (_, program) => {
    const simulation = run(program());
    expect(simulation.finished).toBe(true);
    expect(simulation.remarks()).toEqual([]);
  });

  test('the set is large', () => {
    expect(SLOW.length + SOUND.length).toBeGreaterThanOrEqual(30);
  });
});
