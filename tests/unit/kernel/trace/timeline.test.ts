import { describe, expect, test } from 'vitest';
import { RunTrace } from '../../../../kernel/trace/index.js';
import { MOST_CALLS, MOST_MESSAGES } from '../../../../kernel/trace/timeline.js';
import type { CallRecord } from '../../../../src/protocol/index.js';
import { NONE } from '../../../../src/protocol/index.js';
import { ANY, Bcast, Irecv, Isend, NULL, Recv, Send, Wait, sendrecv, world } from './program.js';
import { run } from './simulate.js';

describe('the record of a run', () => {
  test('has begin, end, call, communicator, peer, tag, bytes and line of each call', () => {
    const program = world(3)
      .comm('row', [2, 0])
      .rank(
        0,
        Send(2, { tag: 7 }),
        Send(0, { comm: 'row', tag: 1 }),
        Bcast({ root: 1 }),
        Send(NULL)
      )
      .rank(2, Recv(ANY), Recv(1, { comm: 'row', bytes: 160 }), Bcast({ root: 1, line: 4 }))
      .rank(1, Bcast({ root: 1, line: 4 }));
    const { names, comms, ranks, began } = run(program).trace().record();
    const [first, , last] = ranks;
    expect(names).toContainEqual({ name: 'Bcast', kind: 'collective' });
    expect(first.name.map(name => names[name].name)).toEqual(['Send', 'Send', 'Bcast', 'Send']);
    expect(first.comm.map(comm => comms[comm].name)).toEqual(
      ['world', 'row', 'world', 'world'].map(name => (name === 'world' ? 'COMM_WORLD' : name))
    );
    expect(first.peer).toEqual([2, 2, 1, NULL]);
    expect(first.tag).toEqual([7, 1, NONE, 0]);
    expect(first.bytes).toEqual([80, 80, 80, 80]);
    expect(first.line).toEqual([2, 3, 4, 5]);
    expect(first.index).toEqual([NONE, NONE, 0, NONE]);
    expect(last.peer).toEqual([0, 0, 1]);
    expect(last.tag.slice(0, 2)).toEqual([7, 1]);
    expect(last.bytes).toEqual([80, 80, 80]);
    const times = ranks.flatMap(({ begin, end }) => begin.map((time, at) => [time, end[at]]));
    expect(Math.min(...times.map(([begin]) => begin))).toBe(0);
    expect(times.every(([begin, end]) => end >= begin)).toBe(true);
    expect(began).toBeGreaterThan(0);
  });

  test('has the messages, and the call that had each', () => {
    const program = world(2)
      .rank(0, Irecv('r', 1), Isend('s', 1, { tag: 3 }), Wait('s'), Wait('r'))
      .rank(1, Recv(0, { tag: 3 }), Send(0));
    const { messages } = run(program).trace().record();
    const found = messages.source.map((source, at) => ({
      ...{ source, dest: messages.dest[at], send: messages.send[at], recv: messages.recv[at] },
      ...{ done: messages.done[at], tag: messages.tag[at] }
    }));
    expect(found.sort((a, b) => a.source - b.source)).toEqual([
      { source: 0, dest: 1, send: 2, recv: 1, done: 1, tag: 3 },
      { source: 1, dest: 0, send: 2, recv: 1, done: 4, tag: 0 }
    ]);
  });

  test('has sums: matrix of messages and bytes, time by call, waiting by rank', () => {
    const program = world(2).each(r => sendrecv(1 - r, 1 - r));
    const { totals } = run(program).trace().record();
    expect(totals).toMatchObject({
      messages: [
        [0, 1],
        [1, 0]
      ],
      bytes: [
        [0, 80],
        [80, 0]
      ],
      calls: [{ name: 'sendrecv', calls: 2 }],
      recorded: [1, 1],
      dropped: 0
    });
    expect(totals.waiting.every(seconds => seconds > 0)).toBe(true);
    expect(totals.calls[0].seconds).toBeCloseTo(totals.waiting[0] + totals.waiting[1]);
  });

  test('is bounded, in equal parts for the ranks, and says what is missing', () => {
    const trace = new RunTrace({ size: 4, clock: () => 0 });
    const send = { comm: 'world', peer: 1, tag: 0, bytes: 8, count: 1, dtype: null };
    const common = { buffer: true, nonblocking: false, t0: 1, t1: 2, line: 3 };
    const sends = Array.from({ length: 60_000 }, (_, at): CallRecord => ({
      ...{ seq: at + 1, name: 'Send', kind: 'send', ...common },
      send: { ...send, synchronous: false }
    }));
    const receives = sends.map(({ seq }): CallRecord => ({
      ...{ seq, name: 'Recv', kind: 'recv', ...common },
      recv: { ...send, peer: 0, got: { peer: 0, tag: 0, bytes: 8 } }
    }));
    trace.onTrace(0, { comms: [], calls: sends }, 0);
    trace.onTrace(1, { comms: [], calls: receives }, 0);
    trace.onTrace(2, { comms: [], calls: sends.slice(0, 5) }, 40);
    const { ranks, messages, totals } = trace.record();
    expect(ranks.map(({ seq }) => seq.length)).toEqual([MOST_CALLS / 4, MOST_CALLS / 4, 5, 0]);
    expect(ranks.map(({ left }) => left)).toEqual([
      60_000 - MOST_CALLS / 4,
      60_000 - MOST_CALLS / 4,
      0,
      0
    ]);
    expect(ranks.map(({ dropped }) => dropped)).toEqual([0, 0, 40, 0]);
    expect(messages.source).toHaveLength(MOST_MESSAGES);
    expect(messages.left).toBe(60_000 - MOST_MESSAGES);
    expect(totals).toMatchObject({ recorded: [60_000, 60_000, 5, 0], dropped: 40 });
  });

  test('of a run without calls is empty', () => {
    const record = new RunTrace({ size: 1, clock: () => 0 }).record();
    expect(record).toMatchObject({ began: 0, names: [], ranks: [{ seq: [], left: 0 }] });
  });
});
