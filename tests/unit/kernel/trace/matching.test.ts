import { beforeEach, describe, expect, test } from 'vitest';
import { MessageMatcher } from '../../../../kernel/trace/matching.js';
import type { IRecv, ISend } from '../../../../kernel/trace/operations.js';

let seq = 0;

function send(rank: number, dest: number, tag = 0, comm = 'world'): ISend {
  seq += 1;
  return {
    ...{ rank, dest, tag, comm, seq, name: 'send', buffer: false, line: seq, bytes: 8 },
    ...{ count: null, dtype: null, synchronous: false, request: null, partner: null, begun: false }
  };
}

function recv(rank: number, source: number, tag = 0, got: [number, number] | null = null): IRecv {
  seq += 1;
  return {
    ...{
      rank,
      source,
      tag,
      comm: 'world',
      seq,
      name: 'recv',
      buffer: false,
      line: seq,
      bytes: null
    },
    ...{ count: null, dtype: null, request: null, partner: null, begun: false, failure: null },
    got: got && { source: got[0], tag: got[1], bytes: 8 }
  };
}

describe('matching of messages', () => {
  let pairs: [ISend, IRecv][];
  let matcher: MessageMatcher;

  beforeEach(() => {
    seq = 0;
    pairs = [];
    matcher = new MessageMatcher((a, b) => pairs.push([a, b]));
  });

  test('messages of one pair match in the order sent and posted', () => {
    const [a, b] = [send(0, 1), send(0, 1)];
    const [x, y] = [recv(1, 0), recv(1, 0)];
    matcher.addSend(a);
    matcher.addRecv(x);
    matcher.addRecv(y);
    matcher.addSend(b);
    expect(pairs).toEqual([
      [a, x],
      [b, y]
    ]);
    expect(matcher.unreceived()).toEqual([]);
  });

  test('a receive overtakes messages with another tag', () => {
    const [a, b] = [send(0, 1, 1), send(0, 1, 2)];
    matcher.addSend(a);
    matcher.addSend(b);
    const x = recv(1, 0, 2);
    matcher.addRecv(x);
    expect(pairs).toEqual([[b, x]]);
    expect(matcher.unreceived(1)).toEqual([a]);
  });

  test('communicators do not mix', () => {
    matcher.addSend(send(0, 1, 0, 'row'));
    matcher.addRecv(recv(1, 0));
    expect(pairs).toEqual([]);
    expect(matcher.unmet(1)).toHaveLength(1);
  });

  test('a wildcard takes what its status says, whoever reported first', () => {
    const x = recv(2, -1, -1, [1, 7]);
    matcher.addRecv(x);
    const [a, b] = [send(0, 2, 7), send(1, 2, 7)];
    matcher.addSend(a);
    matcher.addSend(b);
    expect(pairs).toEqual([[b, x]]);
  });

  test('a later explicit receive waits until an earlier wildcard is decided', () => {
    const wild = recv(1, -1, -1);
    const plain = recv(1, 0, 5);
    matcher.addRecv(wild);
    matcher.addRecv(plain);
    const [a, b] = [send(0, 1, 5), send(0, 1, 5)];
    matcher.addSend(a);
    matcher.addSend(b);
    expect(pairs).toEqual([]);
    matcher.complete(wild, { source: 0, tag: 5, bytes: 8 });
    expect(pairs).toEqual([
      [a, wild],
      [b, plain]
    ]);
  });

  test('an explicit receive that an undecided wildcard can not disturb goes on', () => {
    matcher.addRecv(recv(1, -1, 9));
    const plain = recv(1, 0, 5);
    matcher.addRecv(plain);
    const a = send(0, 1, 5);
    matcher.addSend(a);
    expect(pairs).toEqual([[a, plain]]);
  });

  test('wildcards completed in another order keep the order in which they were posted', () => {
    const [x, y] = [recv(1, -1), recv(1, -1)];
    matcher.addRecv(x);
    matcher.addRecv(y);
    const [a, b] = [send(0, 1), send(0, 1)];
    matcher.addSend(a);
    matcher.addSend(b);
    matcher.complete(y, { source: 0, tag: 0, bytes: 8 });
    matcher.complete(x, { source: 0, tag: 0, bytes: 8 });
    expect(pairs).toEqual([
      [a, x],
      [b, y]
    ]);
  });

  test('a cancelled receive takes nothing', () => {
    const x = recv(1, 0);
    matcher.addRecv(x);
    matcher.complete(x, null);
    const a = send(0, 1);
    matcher.addSend(a);
    expect(pairs).toEqual([]);
    expect(matcher.unreceived()).toEqual([a]);
  });

  test('a million matched messages leave nothing behind, with a new tag each', () => {
    let matched = 0;
    const counting = new MessageMatcher(() => (matched += 1));
    const base = { sent: send(0, 1), posted: recv(1, 0) };
    for (let tag = 0; tag < 200_000; tag++) {
      counting.addSend({ ...base.sent, tag });
      counting.addRecv({ ...base.posted, tag });
    }
    expect(matched).toBe(200_000);
    expect(counting.unreceived()).toEqual([]);
    expect(counting.reliable).toBe(true);
  });

  test('too many open messages: it gives up and says so', () => {
    const one = send(0, 1);
    for (let count = 0; count <= 200_000; count++) {
      matcher.addSend({ ...one });
    }
    expect(matcher.reliable).toBe(false);
    expect(matcher.unreceived()).toEqual([]);
  });

  test('a long backlog is worked off in linear time', () => {
    const one = send(0, 1);
    const other = recv(1, 0);
    for (let count = 0; count < 90_000; count++) {
      matcher.addSend({ ...one });
    }
    const start = process.cpuUsage();
    for (let count = 0; count < 90_000; count++) {
      matcher.addRecv({ ...other });
    }
    expect(pairs).toHaveLength(90_000);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(2000);
  });
});
