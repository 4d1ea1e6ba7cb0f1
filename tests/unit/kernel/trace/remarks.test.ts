import { describe, expect, test } from 'vitest';
import type { Remark } from './collective-remarks.js';
import { COLLECTIVE_REMARKS } from './collective-remarks.js';
import {
  ANY,
  Gather,
  Ibarrier,
  Irecv,
  Isend,
  Recv,
  Scatter,
  Send,
  Wait,
  Waitall,
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
const REMARKS: Remark[] = [
  [
    'other element type',
    'warning',
    /another element type[^]*line 2 .*sends 10 MPI\.DOUBLE \(80 bytes\)\n.*line 3 .*receives into 10 MPI\.LONG/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(0, { dtype: 'MPI.LONG' }))
  ],
  [
    'other element type through a request',
    'warning',
    /another element type[^]*comm\.Isend[^]*comm\.Irecv/,
    () =>
      world(2)
        .rank(0, Isend('s', 1), Wait('s'))
        .rank(1, Irecv('r', 0, { dtype: 'MPI.FLOAT' }), Wait('r'))
  ],
  [
    'longer receive buffer',
    'info',
    /receive buffer of rank 1 is longer[^]*10 MPI\.DOUBLE[^]*20 MPI\.DOUBLE/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(0, { bytes: 160 }))
  ],
  [
    'truncation',
    'warning',
    /too long for the buffer of rank 1[^]*sends 10 [^]*room for 5 MPI\.DOUBLE \(40 bytes\)/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(0, { bytes: 40, error: TRUNCATED }))
  ],
  [
    'truncation with a wildcard',
    'warning',
    /too long for the buffer of rank 1[^]*sends 10 [^]*room for 5 MPI\.DOUBLE/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(ANY, { bytes: 40, error: TRUNCATED }))
  ],
  [
    'truncation of an irecv from a certain rank',
    'warning',
    /too long for the buffer of rank 1[^]*line 2 .*sends 80 bytes\n.*room for 32 kB[^]*bytearray/,
    () =>
      world(2)
        .rank(0, send(1, { tag: 3 }))
        .rank(1, irecv('r', 0, { tag: 3 }), { ...wait('r'), error: TRUNCATED })
  ],
  [
    'truncation, of another type',
    'warning',
    /too long for the buffer of rank 1[^]*10 MPI\.DOUBLE[^]*5 MPI\.FLOAT[^]*Hint: use the same dtype/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, Recv(0, { dtype: 'MPI.FLOAT', bytes: 40, error: TRUNCATED }))
  ],
  [
    'send met by Recv',
    'warning',
    /^send and Recv do not fit together[^]*line 2 [^]*pickled object[^]*line 3 /,
    () => world(2).rank(0, send(1)).rank(1, Recv(0))
  ],
  [
    'Send met by recv',
    'warning',
    /^Send and recv do not fit together/,
    () =>
      world(2)
        .rank(0, Send(1))
        .rank(1, recv(0, { error: 'UnpicklingError: bad' }))
  ],
  [
    'message never received',
    'warning',
    /Rank 1 did not receive[^]*line 2 .*sent 10 MPI\.DOUBLE \(80 bytes\) to rank 1 with tag 5/,
    () => world(2).rank(0, Send(1, { tag: 5 }))
  ],
  [
    'object never received',
    'warning',
    /Rank 2 did not receive[^]*comm\.isend.*sent an object to rank 2 with tag 0/,
    () => world(3).rank(0, isend('s', 2), wait('s'))
  ],
  [
    'receive request never waited for',
    'warning',
    /request of Irecv in line 3 was not waited for[^]*call Wait\(\)/,
    () => world(2).rank(0, Send(1)).rank(1, Irecv('r', 0))
  ],
  [
    'send request never waited for',
    'warning',
    /request of isend in line 2 was not waited for[^]*call wait\(\)/,
    () => world(2).rank(0, isend('s', 1)).rank(1, recv(0))
  ],
  [
    'Ibarrier never waited for',
    'warning',
    /request of Ibarrier/,
    () => world(2).rank(0, Ibarrier('b')).rank(1, Ibarrier('b'), Wait('b'))
  ],
  ...COLLECTIVE_REMARKS,
  [
    'buffer changed',
    'warning',
    /buffer of Isend in line 2 was changed before/,
    () =>
      world(2)
        .rank(0, Isend('s', 1), { ...Wait('s'), marks: ['buffer-changed:1'] })
        .rank(1, Recv(0))
  ],
  [
    'buffer of one of two sends changed',
    'warning',
    /buffer of Isend in line 3 was changed before[^]*line 4 .*only here it was complete[^]*after Waitall in line 4/,
    () =>
      world(2)
        .rank(0, Isend('a', 1), Isend('b', 1))
        .rank(0, { ...Waitall('a', 'b'), marks: ['buffer-changed:2'] })
        .rank(1, Recv(0), Recv(0))
  ],
  [
    'buffers of two of three sends changed',
    'warning',
    /buffers of Isend in line 2 and Isend in line 4 were changed before/,
    () =>
      world(2)
        .rank(0, Isend('a', 1), Isend('b', 1), Isend('c', 1))
        .rank(0, {
          ...Waitall('a', 'b', 'c'),
          marks: ['buffer-changed:1', 'buffer-changed:3']
        })
        .rank(1, Recv(0), Recv(0), Recv(0))
  ],
  [
    'None as buffer',
    'warning',
    /Rank 1 gave None where Gather needs a buffer/,
    () =>
      world(2)
        .rank(0, Gather())
        .rank(1, Gather({ marks: ['none-buffer'] }))
  ],
  [
    'None as buffer of the root',
    'warning',
    /Rank 1 gave None where Scatter needs a buffer[^]*Hint: rank 1 is the root of this call/,
    () =>
      world(2)
        .rank(0, Scatter({ root: 1 }))
        .rank(1, Scatter({ root: 1, marks: ['none-buffer'] }))
  ],
  [
    'reduce of lists',
    'warning',
    /reduce of lists joins them[^]*numpy arrays/,
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

  test('who asks how much came may have a longer buffer', () => {
    const program = world(2)
      .rank(0, Send(1), Send(1))
      .rank(1, Recv(0, { bytes: 160, asked: true }))
      .rank(1, Irecv('r', 0, { bytes: 160, tag: 0, asked: true }), Wait('r'));
    expect(run(program).remarks()).toEqual([]);
  });

  test('calls of several threads are no order in which a rank sends and receives', () => {
    const program = world(2)
      .each(r => Send(1 - r))
      .each(r => Recv(1 - r));
    const simulation = run(program);
    expect(simulation.remarks()).toHaveLength(1);
    const calls = simulation.calls(0);
    calls[0].t1 = (calls[1].t1 ?? 0) + 1;
    expect(simulation.remarks()).toEqual([]);
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
    expect(trace.record().totals).toMatchObject({
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
