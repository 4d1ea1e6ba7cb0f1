import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RunTrace } from '../../../../kernel/trace/index.js';
import type {
  CallRecord,
  CommRecord,
  GotRecord,
  TracePayload
} from '../../../../src/protocol/index.js';

/** Written by tests/python/layer/test_records.py: what two real ranks record of a cell. */
const { cell, ranks } = JSON.parse(
  readFileSync(new URL('../../../fixtures/trace-layer.json', import.meta.url), 'utf8')
) as { cell: string; ranks: TracePayload[] };

type Test = (value: unknown) => boolean;
/** A test for each property of a type, so that none can be forgotten here. */
type Shape<T> = { [key in keyof Required<T>]: Test };
type Part<K extends keyof CallRecord> = NonNullable<CallRecord[K]>;

const is =
  (...types: string[]): Test =>
  value =>
    types.includes(value === null ? 'null' : typeof value);
const isNumber = is('number');
const isText = is('string');
const isFlag = is('boolean');
const isNumbers: Test = value => Array.isArray(value) && value.every(isNumber);
const isTexts: Test = value => Array.isArray(value) && value.every(isText);
const has =
  <T>(shape: Shape<T>): Test =>
  value =>
    misfits(value as object, shape).length === 0;

/** Properties of a value that its type does not have, or not like this. */
function misfits<T>(value: object, shape: Shape<T>): string[] {
  return Object.entries(value)
    .filter(([key, part]) => !(shape as { [key: string]: Test | undefined })[key]?.(part))
    .map(([key]) => key);
}

const AMOUNT = {
  bytes: is('number', 'null'),
  count: is('number', 'null'),
  dtype: is('string', 'null')
};
const ENVELOPE = { comm: isText, peer: isNumber, tag: isNumber, ...AMOUNT };
const GOT: Shape<GotRecord> = { peer: isNumber, tag: isNumber, bytes: isNumber, asked: isFlag };
const SEND: Shape<Part<'send'>> = { ...ENVELOPE, synchronous: isFlag };
const RECV: Shape<Part<'recv'>> = {
  ...ENVELOPE,
  got: value => value === null || has(GOT)(value)
};
const COUNTED = {
  ...AMOUNT,
  counts: (value: unknown) => isNumber(value) || isNumbers(value),
  begin: isNumber
};
const COLLECTIVE: Shape<Part<'collective'>> = {
  ...{ comm: isText, index: isNumber, root: is('number', 'null'), op: is('string', 'null') },
  ...COUNTED,
  received: has(COUNTED),
  beyond: isNumbers,
  own: has(AMOUNT)
};
const CALL: Shape<CallRecord> = {
  ...{ seq: isNumber, name: isText, buffer: isFlag, nonblocking: isFlag },
  kind: value =>
    ['send', 'recv', 'sendrecv', 'probe', 'collective', 'wait', 'other'].includes(value as string),
  ...{ t0: isNumber, t1: is('number', 'null'), line: is('number', 'null'), file: isText },
  ...{ send: has(SEND), recv: has(RECV), collective: has(COLLECTIVE) },
  prepared: has<Part<'prepared'>>({
    ...{ id: isNumber, what: value => ['send', 'recv'].includes(value as string) },
    ...ENVELOPE
  }),
  starts: value =>
    isNumber(value) ||
    has<Exclude<Part<'starts'>, number>>({ comm: isText, index: isNumber, round: isNumber })(value),
  access: has<Part<'access'>>({
    ...{ comm: isText, peer: isNumber, begin: isNumber, item: isNumber }
  }),
  locks: has<Part<'locks'>>({ comm: isText, part: is('number', 'null') }),
  ...{ request: isNumber, requests: isNumbers, completed: isNumbers },
  got: value => Object.values(value as object).every(has(GOT)),
  ...{ error: isText, marks: isTexts }
};
const COMM: Shape<CommRecord> = {
  ...{ id: isText, name: isText, members: isNumbers, remote: isNumbers }
};

function recorded(): RunTrace {
  const trace = new RunTrace({ size: 2, source: cell, clock: () => 0 });
  ranks.forEach((payload, rank) => {
    trace.onTrace(rank, structuredClone(payload), 0);
    trace.onEnd(rank, { how: 'done', line: null, what: null });
  });
  return trace;
}

describe('the record that ranks make', () => {
  test('is what the protocol says', () => {
    for (const { calls, comms } of ranks) {
      expect(calls.map(call => [call.name, misfits(call, CALL)])).toEqual(
        calls.map(call => [call.name, []])
      );
      expect(comms.flatMap(comm => misfits(comm, COMM))).toEqual([]);
    }
  });

  test('matches: what nobody received and who met whom', () => {
    const { messages, names, ranks: rows, comms } = recorded().record();
    const nameOf = (rank: number, seq: number): string => {
      const row = rows[rank];
      return names[row.name[row.seq.indexOf(seq)]].name;
    };
    const met = messages.source.map((source, at) => {
      const [dest, done] = [messages.dest[at], messages.done[at]];
      const [sent, received] = [nameOf(source, messages.send[at]), nameOf(dest, messages.recv[at])];
      return `${source} ${sent} ${dest} ${received} ${nameOf(dest, done)} ${messages.bytes[at]}`;
    });
    expect(met.sort()).toEqual([
      '0 Isend 1 Irecv Waitall 16',
      '0 Send 1 Recv Recv 48',
      '0 Sendrecv 1 Sendrecv Sendrecv 16',
      '0 Ssend 1 Recv Recv 8',
      '0 send 1 mprobe mprobe 22',
      '0 send 1 recv recv 24',
      '1 Sendrecv 0 Sendrecv Sendrecv 16'
    ]);
    expect(comms.map(({ name }) => name)).toEqual(['COMM_WORLD', 'half', 'window']);
  });

  test('is read as it was meant: the mistakes of the cell and no others', () => {
    const trace = recorded();
    const titles = trace.remarks().map(({ text }) => text.split('\n')[0]);
    expect(titles).toEqual([
      'The buffer of Isend in line 7 was changed before the send was complete.',
      expect.stringMatching(/^allreduce of lists joins them/),
      'Rank 0 gave None where Gather needs a buffer.',
      // Of the request; Recv has a status.
      expect.stringMatching(/^The receive buffer of rank 1 is longer/)
    ]);
    // The Gather that was refused on rank 0 has put its count out.
    expect(trace.disordered).toBe(true);
  });
});
