import { describe, expect, test } from 'vitest';
import type { CallRecord, WaitNeed } from '../../../../src/protocol/index.js';
import { Communicators } from '../../../../kernel/trace/comms.js';
import { PersistentCalls } from '../../../../kernel/trace/persistent.js';

const ANY = -1;
const site = { rank: 0, seq: 1, name: 'Send_init', buffer: true, line: 2 };
const amount = { bytes: 8, count: 1, dtype: 'MPI.DOUBLE' };

function call(more: Partial<CallRecord>): CallRecord {
  return {
    ...{ seq: 1, name: 'Send_init', kind: 'other', buffer: true, nonblocking: true },
    ...{ t0: 0, t1: 0, line: 2 },
    ...more
  };
}

function prepared(what: 'send' | 'recv', peer: number, tag: number, id = 1): CallRecord {
  return call({ prepared: { id, what, comm: 'world', peer, tag, ...amount } });
}

const message = (tag: number): WaitNeed => ({
  ...{ what: 'message', probe: false, comm: 'world', peer: 0, tag },
  ...amount
});
const receiver = (tag: number): WaitNeed => ({
  ...{ what: 'receiver', comm: 'world', peer: 0, tag },
  ...amount
});
const collective = (round?: number): Extract<WaitNeed, { what: 'collective' }> => ({
  what: 'collective',
  ...{ comm: 'world', index: 4, name: 'Bcast_init', root: 0 },
  ...(round === undefined ? {} : { round })
});

describe('what has been prepared and not started', () => {
  test.each([
    ['a send that is waited for', prepared('send', 1, 3), message(3), true],
    ['one for any tag', prepared('send', 1, 3), message(ANY), true],
    ['one with another tag', prepared('send', 1, 3), message(4), false],
    ['one to another rank', prepared('send', 2, 3), message(3), false],
    ['a receive', prepared('recv', 1, 3), message(3), false],
    ['a receive from that rank', prepared('recv', 1, 3), receiver(3), true],
    ['a receive of anything', prepared('recv', ANY, ANY), receiver(3), true],
    ['a receive with another tag', prepared('recv', ANY, 4), receiver(3), false]
  ])('%s', (_, made, need, fits) => {
    const calls = new PersistentCalls(new Communicators(3));
    calls.add(0, made, site);
    expect(calls.unstarted(0, need, 1) !== null).toBe(fits);
    expect(calls.unstarted(1, need, 1)).toBeNull();
  });

  test('is forgotten when it is started, and where not all calls are known', () => {
    const calls = new PersistentCalls(new Communicators(2));
    calls.add(0, prepared('send', 1, 3, 7), site);
    calls.add(0, prepared('send', 1, 4, 8), site);
    calls.add(0, call({ name: 'Start', starts: 7 }), site);
    expect(calls.unstarted(0, message(3), 1)).toBeNull();
    expect(calls.unstarted(0, message(4), 1)).toMatchObject({ site, tag: 4 });
    calls.stop();
    expect(calls.unstarted(0, message(4), 1)).toBeNull();
  });
});

test('persistent collectives are met by those that have started them as often', () => {
  const calls = new PersistentCalls(new Communicators(2));
  expect(calls.hasStarted(collective(1), 1)).toBe(false);
  for (const round of [1, 2]) {
    calls.add(1, call({ name: 'Start', starts: { comm: 'world', index: 4, round } }), site);
  }
  expect(calls.hasStarted(collective(2), 1)).toBe(true);
  expect(calls.hasStarted(collective(3), 1)).toBe(false);
  expect(calls.hasStarted(collective(), 1)).toBeNull();
  calls.stop();
  expect(calls.hasStarted(collective(3), 1)).toBeNull();
});
