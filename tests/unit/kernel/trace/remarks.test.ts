import { describe, expect, test } from 'vitest';
import type { Program } from './program.js';
import {
  ANY,
  Allreduce,
  Bcast,
  Gather,
  Ibarrier,
  Irecv,
  Isend,
  Recv,
  Reduce,
  Send,
  Wait,
  allreduce,
  irecv,
  isend,
  recv,
  reduce,
  send,
  sendrecv,
  wait,
  world
} from './program.js';
import { run } from './simulate.js';

const TRUNCATED = 'Exception: MPI_ERR_TRUNCATE: message truncated';

/** Programs that end, with the one remark that each should get. */
const REMARKS: [string, 'warning' | 'info', RegExp, () => Program][] = [
  [
    'other element type',
    'warning',
    /sends 10 MPI\.DOUBLE \(80 bytes\), but Recv in line 3 on rank 1 receives into 10 MPI\.LONG/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(0, { dtype: 'MPI.LONG' }))
  ],
  [
    'other element type through a request',
    'warning',
    /Isend in line 2 on rank 0 sends .* Irecv in line 4/,
    () =>
      world(2)
        .rank(0, Isend('s', 1), Wait('s'))
        .rank(1, Irecv('r', 0, { dtype: 'MPI.FLOAT' }), Wait('r'))
  ],
  [
    'longer receive buffer',
    'info',
    /buffer of Recv in line 3 on rank 1 is longer .* 10 MPI\.DOUBLE .* 20 MPI\.DOUBLE/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(0, { bytes: 160 }))
  ],
  [
    'truncation',
    'warning',
    /has room for 5 MPI\.DOUBLE \(40 bytes\), but Send in line 2 on rank 0 sends 10/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(0, { bytes: 40, error: TRUNCATED }))
  ],
  [
    'truncation with a wildcard',
    'warning',
    /has room for 5 MPI\.DOUBLE .* sends 10/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(ANY, { bytes: 40, error: TRUNCATED }))
  ],
  [
    'send met by Recv',
    'warning',
    /send in line 2 on rank 0 met Recv in line 3 on rank 1: .* Use recv with send, or Send with Recv/,
    () => world(2).rank(0, send(1)).rank(1, Recv(0))
  ],
  [
    'Send met by recv',
    'warning',
    /Send in line 2 on rank 0 met recv in line 3 on rank 1.*Use Recv with Send, or send with recv/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, recv(0, { error: 'UnpicklingError: bad' }))
  ],
  [
    'message never received',
    'warning',
    /never received: Send in line 2 on rank 0 to rank 1, tag 5, 10 MPI\.DOUBLE/,
    () => world(2).rank(0, Send(1, { tag: 5 }))
  ],
  [
    'object never received',
    'warning',
    /never received: isend in line 2 on rank 0 to rank 2, tag 0, a pickled object/,
    () => world(3).rank(0, isend('s', 2), wait('s'))
  ],
  [
    'receive request never waited for',
    'warning',
    /request of Irecv in line 3 on rank 1 was never waited for.*Call Wait\(\)/,
    () => world(2).rank(0, Send(1)).rank(1, Irecv('r', 0))
  ],
  [
    'send request never waited for',
    'warning',
    /request of isend in line 2 on rank 0 was never waited for.*Call wait\(\)/,
    () => world(2).rank(0, isend('s', 1)).rank(1, recv(0))
  ],
  [
    'Ibarrier never waited for',
    'warning',
    /request of Ibarrier/,
    () => world(2).rank(0, Ibarrier('b')).rank(1, Ibarrier('b'), Wait('b'))
  ],
  [
    'other operation',
    'warning',
    /Allreduce was called with different operations: MPI\.SUM on rank 0 and MPI\.MAX on ranks 1 and 2/,
    () =>
      world(3)
        .rank(0, Allreduce({ op: 'MPI.SUM' }))
        .ranks([1, 2], Allreduce({ op: 'MPI.MAX' }))
  ],
  [
    'other number of elements',
    'warning',
    /Reduce was called with buffers of different size: 10 MPI\.DOUBLE .* on rank 0 and 20 MPI/,
    () =>
      world(2)
        .rank(0, Reduce())
        .rank(1, Reduce({ bytes: 160 }))
  ],
  [
    'other element type in a collective',
    'warning',
    /Bcast was called with different types: MPI\.DOUBLE on rank 0 and MPI\.LONG on rank 1/,
    () =>
      world(2)
        .rank(0, Bcast())
        .rank(1, Bcast({ dtype: 'MPI.LONG' }))
  ],
  [
    'buffer changed',
    'warning',
    /buffer of Isend in line 2 on rank 0 was changed before the request was complete/,
    () =>
      world(2)
        .rank(0, Isend('s', 1), { ...Wait('s'), marks: ['buffer-changed'] })
        .rank(1, Recv(0))
  ],
  [
    'None as buffer',
    'warning',
    /Gather in line 3 on rank 1 got None where this rank must/,
    () =>
      world(2)
        .rank(0, Gather())
        .rank(1, Gather({ marks: ['none-buffer'] }))
  ],
  [
    'reduce of lists',
    'warning',
    /reduce in line 2 on rank 0 adds lists.*numpy arrays/,
    () =>
      world(2)
        .rank(0, reduce({ marks: ['list-concat'], line: 2 }))
        .rank(1, reduce({ line: 2 }))
  ],
  [
    'both send first, small',
    'info',
    /worked only because small messages are buffered: ranks 0 and 1 send in line 2 before/,
    () =>
      world(2)
        .each(r => Send(1 - r))
        .each(r => Recv(1 - r))
  ],
  [
    'ring of small sends',
    'info',
    /ranks 0-3 send in line 2/,
    () =>
      world(4)
        .each(r => send((r + 1) % 4))
        .each(r => recv((r + 3) % 4))
  ],
  [
    'tags received in the other order',
    'info',
    /rank 0 sends in line 2/,
    () =>
      world(2)
        .rank(0, send(1, { tag: 1 }), send(1, { tag: 2 }))
        .rank(1, recv(0, { tag: 2 }), recv(0, { tag: 1 }))
  ],
  [
    'small Isend and Wait before the receive',
    'info',
    /ranks 0 and 1 send in line 2/,
    () =>
      world(2)
        .each(r => Isend('s', 1 - r))
        .all(Wait('s'))
        .each(r => Recv(1 - r))
  ]
];

describe('remarks on runs that ended', () => {
  test.each(REMARKS)('%s', (_, level, text, program) => {
    const remarks = run(program()).remarks();
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toMatchObject({ level, text: expect.stringMatching(text) });
  });

  test('are the words that were read and found clear', async () => {
    const texts = REMARKS.map(
      ([name, , , program]) => `# ${name}\n${run(program()).remarks()[0]?.text}\n`
    );
    await expect(texts.join('\n')).toMatchFileSnapshot('remarks.txt');
  });

  test('what repeats is told once', () => {
    const many = Array.from({ length: 1000 }, () => Send(1, { line: 2 }));
    const theirs = Array.from({ length: 1000 }, () => Recv(0, { line: 5, bytes: 160 }));
    const remarks = run(
      world(2)
        .rank(0, ...many)
        .rank(1, ...theirs)
    ).remarks();
    expect(remarks).toHaveLength(1);
    expect(remarks[0]?.text).toContain('(and 999 more like this)');
    expect(remarks[0]?.ranks).toEqual([0, 1]);
  });

  test('many different ones are bounded', () => {
    const program = world(2).rank(0, ...Array.from({ length: 100 }, (_, tag) => Send(1, { tag })));
    const remarks = run(program).remarks();
    expect(remarks.length).toBeLessThan(16);
    expect(remarks.at(-1)?.text).toMatch(/88 more remarks/);
  });

  test('a sendrecv is no send before a receive', () => {
    expect(run(world(2).each(r => sendrecv(1 - r, 1 - r))).remarks()).toEqual([]);
  });

  test('irecv that was posted first is fine', () => {
    const program = world(2)
      .each(r => irecv('r', 1 - r))
      .each(r => send(1 - r))
      .all(wait('r'))
      .all(allreduce());
    expect(run(program).remarks()).toEqual([]);
  });

  test('a record with gaps says so and leaves out what it can not know', () => {
    const trace = run(world(2).rank(0, Send(1))).trace();
    trace.onTrace(0, { comms: [], calls: [] }, 7);
    expect(trace.remarks()).toEqual([
      { level: 'info', text: expect.stringContaining('more MPI calls than are recorded') }
    ]);
    expect(trace.totals()).toMatchObject({
      dropped: 7,
      messages: [
        [0, 1],
        [0, 0]
      ]
    });
  });

  test('a run that failed is not told of messages it never received', () => {
    const trace = run(world(2).rank(0, Send(1))).trace();
    trace.onEnd(1, { how: 'raised', line: 3, what: 'ValueError: x' });
    expect(trace.remarks()).toEqual([]);
  });
});
