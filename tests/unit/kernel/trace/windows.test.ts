import { describe, expect, test } from 'vitest';
import type { IDeadlock, Snapshot } from '../../../../kernel/trace/index.js';
import { RunTrace } from '../../../../kernel/trace/index.js';
import type { CallRecord, WaitNeed, WaitState } from '../../../../src/protocol/index.js';

type Awaited = { call: 'Post' | 'Complete' | 'Unlock'; of: number[]; part?: number | null } | null;

const COMM = 'world/0:Win';
const NAMES = { Post: 'Start', Complete: 'Wait', Unlock: 'Lock' };

/** A call on the window, in the line of its number. */
function windowCall(seq: number, name: string, more: Partial<CallRecord>): CallRecord {
  const shape = { kind: 'other', buffer: true, nonblocking: false } as const;
  return { seq, name, ...shape, t0: seq, t1: seq, line: seq, ...more };
}

function lockCall(seq: number, name: string, part: number | null): CallRecord {
  return windowCall(seq, name, { locks: { comm: COMM, part } });
}

/** What is said where these ranks wait for others' part, each null computing. */
function judged(
  waits: Awaited[],
  ended: number[] = [],
  calls: CallRecord[][] = []
): IDeadlock | null {
  const size = waits.length;
  const trace = new RunTrace({ size, clock: () => 0 });
  const members = waits.map((_, rank) => rank);
  const comms = [{ id: COMM, members, name: 'win' }];
  members.forEach(rank => trace.onTrace(rank, { comms, calls: calls[rank] ?? [] }, 0));
  ended.forEach(rank => trace.onEnd(rank, { how: 'done', line: null, what: null }));
  const snapshot = (rank: number, polls: number): Snapshot => {
    const awaited = waits[rank];
    if (awaited === null) {
      return { wait: null, busy: true, line: 5 };
    }
    const { of, ...what } = awaited;
    const needs = of.map((peer): WaitNeed => ({ what: 'window', comm: COMM, peer, ...what }));
    const name = NAMES[what.call];
    const wait: WaitState = {
      ...{ seq: 1, name, buffer: true, line: 3, text: `win.${name}()`, waited: 1, polls, needs },
      kind: 'other',
      mode: what.call === 'Complete' ? 'or' : 'and'
    };
    return { wait, busy: true, line: 3 };
  };
  const running = members.filter(rank => !ended.includes(rank));
  let said: IDeadlock | null = null;
  for (let round = 1; round < 8 && said === null; round++) {
    said = trace.onSnapshots(new Map(running.map(rank => [rank, snapshot(rank, 10 * round)])));
  }
  return said;
}

describe('windows', () => {
  test('Start, where the other one has finished', () => {
    expect(judged([{ call: 'Post', of: [1] }, null], [1])).toMatchObject({
      problem: 'window',
      text: expect.stringMatching(
        /rank 0 waits in Start on win for rank 1 to call Post, but rank 1 has finished the cell\.\n.*waits for rank 1 to call Post\n/
      )
    });
  });

  test('Start on both, before Post', () => {
    const said = judged([
      { call: 'Post', of: [1] },
      { call: 'Post', of: [0] }
    ]);
    expect(said?.title).toBe(
      'Deadlock: ranks 0 and 1 wait in Start on win for each other to call Post.'
    );
  });

  test('Wait, where nobody of the group can complete', () => {
    const said = judged([{ call: 'Complete', of: [1, 2] }, null, null], [1, 2]);
    expect(said?.text).toMatch(/for rank 1 or 2 to call Complete, but ranks 1 and 2 have finished/);
  });

  test('Start and Wait are told apart', () => {
    const said = judged([{ call: 'Post', of: [2] }, { call: 'Complete', of: [0] }, null], [2]);
    expect(said?.title).toMatch(/rank 0 waits in Start .* rank 2 to call Post, but rank 2 has/);
    expect(said?.ranks).toEqual([0, 1]);
  });

  test('nothing is said while one may yet do its part', () => {
    expect(judged([{ call: 'Post', of: [1] }, null])).toBeNull();
    expect(judged([{ call: 'Complete', of: [1, 2] }, null, null], [1])).toBeNull();
  });

  test('locks that each other has', () => {
    const said = judged([
      { call: 'Unlock', of: [1], part: 1 },
      { call: 'Unlock', of: [0], part: 0 }
    ]);
    expect(said?.title).toBe(
      'Deadlock: ranks 0 and 1 wait in Lock on win for each other to call Unlock.'
    );
    expect(said?.text).toContain('in the same order on all ranks');
  });

  test('a lock of one that has finished, and where it has got it', () => {
    const waits: Awaited[] = [null, { call: 'Unlock', of: [0], part: 1 }, null];
    const calls = [lockCall(6, 'Lock', 0), lockCall(7, 'Unlock', 0), lockCall(8, 'Lock', 1)];
    const said = judged(waits, [0], [calls]);
    expect(said?.title).toMatch(/for rank 0 to call Unlock, but rank 0 has finished the cell\.$/);
    expect(said?.text).toMatch(
      /rank 0 {3}line 8 {3}Lock\(\.\.\.\) .* has not called Unlock since\n/
    );
    expect(said?.text).not.toContain('line 6');
  });

  test('a lock of all parts', () => {
    const waits: Awaited[] = [null, { call: 'Unlock', of: [0], part: 1 }];
    const said = judged(waits, [0], [[lockCall(6, 'Lock_all', null)]]);
    expect(said?.text).toMatch(/line 6 .* has not called Unlock_all since\n/);
    const all = judged(
      [null, { call: 'Unlock', of: [0], part: null }],
      [0],
      [[lockCall(6, 'Lock', 1)]]
    );
    expect(all?.text).toMatch(/line 6 .* has not called Unlock since\n/);
  });

  test('a lock of an earlier cell', () => {
    const said = judged([null, { call: 'Unlock', of: [0], part: 1 }], [0]);
    expect(said?.text).toMatch(/rank 0 +has finished the cell.*\n.*rank 1 .*\nHint: who locks/);
  });

  test('what is locked at the end', () => {
    const trace = new RunTrace({ size: 2, clock: () => 0 });
    const comms = [{ id: COMM, members: [1, 0], name: 'win' }];
    const refused = { ...lockCall(4, 'Lock', 0), error: 'Exception' };
    const calls = [lockCall(1, 'Lock_all', null), lockCall(2, 'Lock', 0), lockCall(3, 'Lock', 1)];
    trace.onTrace(0, { comms, calls }, 0);
    trace.onTrace(
      1,
      { comms, calls: [lockCall(2, 'Lock', 0), lockCall(3, 'Unlock', 0), refused] },
      0
    );
    [0, 1].forEach(rank => trace.onEnd(rank, { how: 'done', line: null, what: null }));
    expect(trace.remarks().map(({ text }) => text.split('\n')[0])).toEqual([
      'Rank 0 has locked the part of rank 1 of win, and not unlocked it before the cell ended.',
      'Rank 0 has locked its own part of win, and not unlocked it before the cell ended.'
    ]);
  });

  test('what is done within an element', () => {
    const trace = new RunTrace({ size: 2, clock: () => 0 });
    const comms = [{ id: COMM, members: [1, 0], name: 'win' }];
    const access = { comm: COMM, peer: 0, begin: 1, item: 8 };
    const calls = [
      windowCall(1, 'Put', { access }),
      windowCall(2, 'Get', { access: { ...access, peer: 1 } })
    ];
    trace.onTrace(0, { comms, calls }, 0);
    const [within, own] = trace.remarks().map(({ text }) => text);
    expect(within).toMatch(
      /^Rank 0 begins within an element of the part of rank 1 of win with Put\.\n.* line 1 /
    );
    expect(within).toMatch(/at byte 1, and an element has 8 bytes\n.*with disp_unit=8/);
    expect(own).toMatch(/^Rank 0 begins within an element of its own part of win with Get/);
  });
});
