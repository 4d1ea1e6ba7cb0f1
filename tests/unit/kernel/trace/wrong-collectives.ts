import {
  Allreduce,
  Barrier,
  Bcast,
  Gather,
  Ibarrier,
  Recv,
  Reduce,
  Wait,
  allreduce,
  barrier,
  bcast,
  gather,
  recv,
  reduce,
  scatter,
  send,
  world
} from './program.js';
import type { IStatement } from './program.js';
import type { IWrong } from './wrong.js';
import { wrong } from './wrong.js';

/** Waits for the other leader. */
const leader = (other: number, tag: number, line?: number): IStatement =>
  Recv(other, {
    name: 'Create_intercomm',
    text: `local.Create_intercomm(0, comm, ${other}, tag=${tag})`,
    ...(line === undefined ? {} : { line })
  });

/** Programs that hang over collectives. */
export const WRONG_COLLECTIVES: IWrong[] = [
  // Collectives.
  wrong('Barrier that rank 0 never enters', 'collective-missing', [1, 2, 3], () =>
    world(4).ranks([1, 2, 3], Barrier())
  ),
  wrong('barrier inside an if, rank 0 receives', 'collective-missing', [0, 1, 2], () =>
    world(3).rank(0, recv(1)).ranks([1, 2], barrier()).rank(1, send(0))
  ),
  wrong('bcast only on the root side', 'collective-missing', [1, 2], () =>
    world(3).rank(0, send(1)).ranks([1, 2], bcast())
  ),
  wrong('Reduce without the last rank', 'collective-missing', [0], () =>
    world(3).ranks([0, 1], Reduce())
  ),
  wrong('allreduce in loops of different length', 'collective-missing', [0, 1], () =>
    world(3)
      .ranks([0, 1, 2], allreduce({ line: 4 }))
      .ranks([0, 1], allreduce({ line: 4 }))
  ),
  wrong('allreduce whose loops %timeit counts on each rank', 'collective-missing', [0], () =>
    world(2)
      .ranks([0, 1], allreduce({ line: 4, text: '%timeit comm.allreduce(1)' }))
      .rank(0, allreduce({ line: 4, text: '%timeit comm.allreduce(1)' }))
  ),
  wrong('Allreduce of a row that one member misses', 'collective-missing', [2], () =>
    world(4)
      .comm('row', [2, 3])
      .rank(2, Allreduce({ comm: 'row' }))
  ),
  wrong('gather that two ranks leave out', 'collective-missing', [0], () =>
    world(5).ranks([0, 1, 2], gather())
  ),
  wrong('Wait on an Ibarrier that one rank leaves out', 'collective-missing', [0, 1], () =>
    world(3).ranks([0, 1], Ibarrier('b'), Wait('b'))
  ),
  wrong('root scatters after it receives', 'collective-missing', [0, 1, 2], () =>
    world(3).rank(0, recv(1), scatter()).ranks([1, 2], scatter()).rank(1, send(0))
  ),
  wrong('allreduce on the world here, on rows there', 'collective-missing', [0, 2], () =>
    world(4)
      .comm('row', [0, 2])
      .comm('row', [1, 3])
      .ranks([0, 2], allreduce())
      .ranks([1, 3], allreduce({ comm: 'row' }))
  ),
  wrong('leaders of two groups with different tags', 'receives', [0, 1], () =>
    world(2).rank(0, leader(1, 12)).rank(1, leader(0, 13))
  ),
  wrong('a leader that names one of its own group', 'collective-missing', [0, 2], () =>
    world(4)
      .comm('local', [0, 2])
      .rank(0, leader(2, 12, 5))
      .rank(2, Barrier({ comm: 'local', name: 'Create_intercomm', line: 5 }))
  ),
  wrong('Bcast here, Barrier there', 'collective-other', [0, 1, 2], () =>
    world(3).rank(0, Barrier()).ranks([1, 2], Bcast())
  ),
  wrong('reduce here, allreduce there', 'collective-other', [0, 2], () =>
    world(3).ranks([0, 2], allreduce()).rank(1, reduce())
  ),
  wrong('Bcast and bcast', 'collective-other', [1], () =>
    world(2).rank(0, bcast()).rank(1, Bcast())
  ),
  wrong('two collectives in another order', 'collective-other', [0, 1], () =>
    world(2).rank(0, Allreduce(), Barrier()).rank(1, Barrier(), Allreduce())
  ),
  wrong('Gather with another root', 'collective-root', [0, 1], () =>
    world(3)
      .rank(0, Gather({ root: 0 }))
      .rank(1, Gather({ root: 1 }))
      .rank(2, Gather({ root: 1 }))
  ),
  wrong('Bcast with the own rank as root, from two ranks', 'collective-root', [2, 3], () =>
    world(4).each(r => Bcast({ root: r < 2 ? 0 : 1, text: 'comm.Bcast(data, root=color)' }))
  ),
  wrong('reduce with another root on one rank', 'collective-root', [0, 3], () =>
    world(4)
      .ranks([0, 1, 2], reduce())
      .rank(3, reduce({ root: 3 }))
  )
];
