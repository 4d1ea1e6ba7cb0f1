import {
  ANY,
  BIG,
  NULL,
  Allreduce,
  Alltoall,
  Barrier,
  Irecv,
  Isend,
  Probe,
  Recv,
  Scatter,
  Send,
  Sendrecv,
  Ssend,
  Wait,
  Waitall,
  Waitany,
  barrier,
  bcast,
  compute,
  die,
  exit,
  gather,
  irecv,
  isend,
  probe,
  raise,
  recv,
  send,
  sendrecv,
  ssend,
  wait,
  world
} from './program.js';
import type { IWrong } from './wrong.js';
import { wrong } from './wrong.js';

const left = (rank: number, size: number): number => (rank + size - 1) % size;
const right = (rank: number, size: number): number => (rank + 1) % size;

/** Programs that hang over messages and ranks that end. */
export const WRONG_MESSAGES: IWrong[] = [
  // All receive.
  wrong('both Recv first', 'receives', [0, 1], () =>
    world(2)
      .each(r => Recv(1 - r, { tag: 0 }))
      .each(r => Send(1 - r))
  ),
  wrong('both recv first', 'receives', [0, 1], () =>
    world(2)
      .each(r => recv(1 - r))
      .each(r => send(1 - r))
  ),
  wrong('ring of four, all recv from the left', 'receives', [0, 1, 2, 3], () =>
    world(4)
      .each(r => recv(left(r, 4), { text: 'token = comm.recv(source=left)' }))
      .each(r => send(right(r, 4)))
  ),
  wrong('ring of five, all Recv from the right', 'receives', [0, 1, 2, 3, 4], () =>
    world(5).each(r => Recv(right(r, 5), { text: 'comm.Recv(buf, source=right)' }))
  ),
  wrong('all recv from any source', 'receives', [0, 1, 2], () =>
    world(3).all(recv(ANY)).all(send(0))
  ),
  wrong('Irecv, Wait, then Send', 'receives', [0, 1], () =>
    world(2)
      .each(r => Irecv('req', 1 - r))
      .all(Wait('req'))
      .each(r => Send(1 - r))
  ),
  wrong('irecv, wait, then send', 'receives', [0, 1, 2], () =>
    world(3)
      .each(r => irecv('req', left(r, 3)))
      .all(wait('req'))
      .each(r => send(right(r, 3)))
  ),
  wrong('Waitany of two receives that nobody sends', 'receives', [0, 1, 2], () =>
    world(3)
      .rank(0, Irecv('a', 1), Irecv('b', 2), Waitany('a', 'b'))
      .rank(1, Recv(0))
      .rank(2, Recv(0))
  ),
  wrong('two pairs that both receive', 'receives', [0, 1, 2, 3], () =>
    world(4).each(r => Recv(r ^ 1, { text: 'comm.Recv(buf, source=partner)' }))
  ),

  // All send.
  wrong('both Send large arrays', 'sends', [0, 1], () =>
    world(2)
      .each(r => Send(1 - r, { bytes: BIG }))
      .each(r => Recv(1 - r, { bytes: BIG }))
  ),
  wrong('both send large lists', 'sends', [0, 1], () =>
    world(2)
      .each(r => send(1 - r, { bytes: 2_400_321 }))
      .each(r => recv(1 - r))
  ),
  wrong('ring of three, all Send large arrays', 'sends', [0, 1, 2], () =>
    world(3)
      .each(r => Send(right(r, 3), { bytes: BIG, text: 'comm.Send(field, dest=right)' }))
      .each(r => Recv(left(r, 3), { bytes: BIG }))
  ),
  wrong('both Ssend small arrays', 'sends', [0, 1], () =>
    world(2)
      .each(r => Ssend(1 - r))
      .each(r => Recv(1 - r))
  ),
  wrong('ring of four, all ssend', 'sends', [0, 1, 2, 3], () =>
    world(4)
      .each(r => ssend(right(r, 4)))
      .each(r => recv(left(r, 4)))
  ),
  wrong('Isend of large arrays, Wait, then Recv', 'sends', [0, 1], () =>
    world(2)
      .each(r => Isend('req', 1 - r, { bytes: BIG }))
      .all(Wait('req'))
      .each(r => Recv(1 - r, { bytes: BIG }))
  ),

  // Tag.
  wrong('send with tag 3, recv of tag 0', 'tag', [1], () =>
    world(2)
      .rank(0, send(1, { tag: 3 }))
      .rank(1, recv(0, { tag: 0 }))
  ),
  wrong('Send of a large array with another tag', 'tag', [0, 1], () =>
    world(2)
      .rank(0, Send(1, { tag: 7, bytes: BIG }))
      .rank(1, Recv(0, { tag: 8, bytes: BIG }))
  ),
  wrong('ping-pong, the answer has another tag', 'tag', [0], () =>
    world(2)
      .rank(0, Send(1, { tag: 1 }), Recv(1, { tag: 1 }))
      .rank(1, Recv(0, { tag: 1 }), Send(0, { tag: 2 }))
  ),
  wrong('ANY_SOURCE with a tag that no worker uses', 'tag', [0], () =>
    world(4)
      .rank(0, recv(ANY, { tag: 5 }))
      .ranks([1, 2, 3], send(0, { tag: 4 }))
  ),
  wrong('irecv of a tag that is not sent', 'tag', [1], () =>
    world(2)
      .rank(0, isend('s', 1, { tag: 11 }), wait('s'))
      .rank(1, irecv('r', 0, { tag: 1 }), wait('r'))
  ),
  wrong('sendrecv with tags the wrong way round', 'tag', [0, 1], () =>
    world(2).each(r => sendrecv(1 - r, 1 - r, { tag: 1, recvTag: 2, bytes: 100_000 }))
  ),
  wrong('three ranks wait for the tag of their own rank', 'tag', [1, 2, 3], () =>
    world(4)
      .rank(0, send(1, { tag: 0 }), send(2, { tag: 0 }), send(3, { tag: 0 }))
      .each(r => recv(0, { tag: r, text: 'comm.recv(source=0, tag=rank)' }), [1, 2, 3])
  ),

  // Source, destination, communicator.
  wrong('Sendrecv to and from the same side of a ring', 'source', [0, 1, 2, 3], () =>
    world(4).each(r => Sendrecv((r + 1) % 4, (r + 1) % 4))
  ),
  wrong('large Sendrecv to and from the same side', 'source', [0, 1, 2], () =>
    world(3).each(r => Sendrecv((r + 1) % 3, (r + 1) % 3, { bytes: BIG }))
  ),
  wrong('all receive from where they sent', 'source', [0, 1, 2], () =>
    world(3)
      .each(r => send((r + 1) % 3))
      .each(r => recv((r + 1) % 3))
  ),
  wrong('receives from itself what another sent', 'source', [0, 1, 2], () =>
    world(3)
      .each(r => send((r + 1) % 3))
      .each(r => recv(r))
  ),
  wrong('recv from the wrong rank', 'source', [2], () =>
    world(3).rank(0, send(2)).rank(2, recv(1))
  ),
  wrong('Recv from the wrong rank, others in Barrier', 'source', [0, 1, 2], () =>
    world(3).rank(0, Send(2)).rank(2, Recv(1)).all(Barrier())
  ),
  wrong('send to the wrong rank', 'destination', [1], () =>
    world(3)
      .rank(0, send(2, { tag: 4 }))
      .rank(1, recv(0, { tag: 4 }))
  ),
  wrong('Send to the wrong rank, which is in Barrier', 'destination', [0, 1, 2], () =>
    world(3).rank(0, Send(2)).rank(1, Recv(0)).all(Barrier())
  ),
  wrong('sent on a row, received on the world', 'communicator', [1], () =>
    world(2)
      .comm('row', [0, 1])
      .rank(0, Send(1, { comm: 'row' }))
      .rank(1, Recv(0))
  ),
  wrong('sent on the world, received on a duplicate', 'communicator', [3], () =>
    world(4)
      .comm('dup', [0, 1, 2, 3])
      .rank(2, send(3, { tag: 1 }))
      .rank(3, recv(2, { comm: 'dup', tag: 1 }))
  ),

  // Waiting for a rank that has ended.
  wrong('recv from a rank that has finished', 'finished', [1], () => world(2).rank(1, recv(0))),
  wrong('recv of what comes by bcast', 'finished', [1, 2], () =>
    world(3).rank(0, bcast()).ranks([1, 2], recv(0))
  ),
  wrong('recv of what comes by gather', 'finished', [0], () =>
    world(3).rank(0, recv(1)).ranks([1, 2], gather())
  ),
  wrong('recv from a rank that has finished with a bcast of others', 'finished', [2], () =>
    world(3)
      .comm('row', [0, 1])
      .ranks([0, 1], bcast({ comm: 'row' }))
      .rank(2, recv(0))
  ),
  wrong('one Recv too many', 'finished', [1], () =>
    world(2)
      .rank(0, Send(1))
      .rank(1, Recv(0, { line: 5 }), Recv(0, { line: 5 }))
  ),
  wrong('Send of a large array to a rank that has finished', 'finished', [0], () =>
    world(2).rank(0, Send(1, { bytes: BIG }))
  ),
  wrong('master waits for one message too many', 'finished', [0], () =>
    world(4).rank(0, recv(ANY), recv(ANY), recv(ANY), recv(ANY)).ranks([1, 2, 3], send(0))
  ),
  wrong('Waitall with one receive that nobody sends', 'finished', [0], () =>
    world(3).rank(0, Irecv('a', 1), Irecv('b', 2), Waitall('a', 'b')).rank(1, Send(0))
  ),
  wrong('workers wait for a stop that is not sent', 'finished', [1, 2, 3], () =>
    world(4)
      .rank(0, send(1), send(2), send(3))
      .ranks([1, 2, 3], recv(0, { line: 8 }), recv(0, { line: 8 }))
  ),
  wrong('exchanges of which the first rank makes fewer', 'finished', [1, 2], () =>
    world(3)
      .rank(0, Sendrecv(1, NULL))
      .rank(1, Sendrecv(2, 0, { line: 5 }), Sendrecv(2, 0, { line: 5 }))
      .rank(2, ...[1, 2, 3].map(() => Sendrecv(NULL, 1, { line: 5 })))
  ),
  wrong('Send of a large array after a small one that a request takes', 'finished', [0], () =>
    world(2)
      .rank(0, Send(1), Send(1, { bytes: BIG }))
      .rank(1, Irecv('r', ANY, { bytes: BIG }))
  ),
  wrong('Sendrecv with a rank that has finished', 'finished', [0], () =>
    world(2).rank(0, Sendrecv(1, 1))
  ),
  wrong('rank 0 divides by zero', 'raised', [1], () =>
    world(2).rank(0, raise('ZeroDivisionError: division by zero')).rank(1, recv(0))
  ),
  wrong('one rank raises before the Allreduce', 'raised', [0, 1, 3], () =>
    world(4).rank(2, raise("KeyError: 'mass'")).ranks([0, 1, 3], Allreduce())
  ),
  wrong('rank of the world in a communicator of half of it', 'raised', [0], () =>
    world(4)
      .rank(2, raise('Exception: Invalid rank has value 2 but must be nonnegative and less than 2'))
      .rank(0, recv(2))
  ),
  wrong('send past the end of a chain', 'raised', [0, 1, 2], () =>
    world(4)
      .rank(3, {
        ...Send(4),
        do: 'raise',
        what: 'Exception: Invalid rank, error stack: internal_Send(316): MPI_Send(...)'
      })
      .each(r => Recv(r + 1, { text: 'comm.Recv(buf, source=rank + 1)' }), [0, 1, 2])
  ),
  wrong('rank 1 leaves by sys.exit', 'exited', [0, 2], () =>
    world(3).rank(1, exit(1)).ranks([0, 2], barrier())
  ),
  wrong('rank 2 is killed', 'dead', [0, 1], () =>
    world(3)
      .rank(2, die('killed by SIGKILL (probably out of memory)'))
      .ranks([0, 1], bcast({ root: 2 }))
  ),
  wrong('chain behind a rank that raised', 'raised', [1, 2, 3], () =>
    world(4)
      .rank(0, raise('ValueError: bad shape'))
      .each(r => recv(r - 1, { text: 'comm.recv(source=rank - 1)' }), [1, 2, 3])
  ),

  // Cycles, probes, oneself.
  wrong('Send, Send, Recv in a circle', 'cycle', [0, 1, 2], () =>
    world(3).rank(0, Ssend(1)).rank(1, Ssend(2)).rank(2, Recv(0))
  ),
  wrong('a circle of four with a wait', 'cycle', [0, 1, 2, 3], () =>
    world(4).rank(0, Recv(1)).rank(1, Irecv('r', 2), Wait('r')).rank(2, Ssend(3)).rank(3, Recv(0))
  ),
  wrong('a large send met by a barrier', 'collective-missing', [0, 1], () =>
    world(2)
      .rank(0, Send(1, { bytes: BIG }), Barrier())
      .rank(1, Barrier(), Recv(0, { bytes: BIG }))
  ),
  wrong('Probe of a message that is never sent', 'probe', [1], () => world(2).rank(1, Probe(0))),
  wrong('both probe first', 'probe', [0, 1], () =>
    world(2)
      .each(r => probe(1 - r))
      .each(r => send(1 - r))
  ),
  wrong('probe with the wrong tag', 'tag', [1], () =>
    world(2)
      .rank(0, send(1, { tag: 9 }))
      .rank(1, probe(0, { tag: 8 }))
  ),
  wrong('Recv from oneself', 'self', [1], () => world(2).rank(1, Recv(1))),
  wrong('Ssend to oneself', 'self', [0], () => world(2).rank(0, Ssend(0))),
  wrong('recv from any rank in a world of one', 'self', [0], () => world(1).rank(0, recv(ANY))),
  wrong('Isend of a large array without Wait', 'unfinished', [1], () =>
    world(2)
      .rank(0, Isend('s', 1, { bytes: BIG }))
      .rank(1, Send(NULL), Send(NULL), Recv(0, { bytes: BIG }))
  ),

  // Several at once, while others run, large worlds.
  wrong('two pairs with different mistakes', 'mixed', [0, 1, 3], () =>
    world(4)
      .each(r => Recv(1 - r), [0, 1])
      .rank(2, send(3, { tag: 1 }))
      .rank(3, recv(2, { tag: 2 }))
  ),
  wrong('ranks 0 and 1 wait while 2 computes', 'receives', [0, 1], () =>
    world(3)
      .each(r => Recv(1 - r), [0, 1])
      .rank(2, compute())
  ),
  wrong('rank 3 waits behind a deadlock of 0 and 1', 'receives', [0, 1, 3], () =>
    world(4)
      .each(r => recv(1 - r), [0, 1])
      .rank(2, compute())
      .rank(3, recv(0))
  ),
  wrong(
    '32 ranks wait for rank 0',
    'collective-missing',
    Array.from({ length: 31 }, (_, i) => i + 1),
    () =>
      world(32).ranks(
        Array.from({ length: 31 }, (_, i) => i + 1),
        Alltoall()
      )
  ),
  wrong(
    'ring of 64',
    'receives',
    Array.from({ length: 64 }, (_, i) => i),
    () =>
      world(64).each(r => Recv(left(r, 64), { text: 'comm.Recv(buf, source=(rank - 1) % size)' }))
  ),
  wrong('Scatter that its root leaves out', 'collective-missing', [1, 2, 3], () =>
    world(4).ranks([1, 2, 3], Scatter())
  )
];
