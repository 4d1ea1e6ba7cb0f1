import { describe, expect, test } from 'vitest';
import type { IDeadlock, Snapshot } from '../../../../kernel/trace/index.js';
import { RunTrace } from '../../../../kernel/trace/index.js';
import type { WaitNeed, WaitState } from '../../../../src/protocol/index.js';

type Awaited = { call: 'Post' | 'Complete'; of: number[] } | null;

/** What is said where these ranks wait for others' part, each null computing. */
function judged(waits: Awaited[], ended: number[] = []): IDeadlock | null {
  const size = waits.length;
  const trace = new RunTrace({ size, clock: () => 0 });
  const members = waits.map((_, rank) => rank);
  const comms = [{ id: 'world/0:Win', members, name: 'win' }];
  members.forEach(rank => trace.onTrace(rank, { comms, calls: [] }, 0));
  ended.forEach(rank => trace.onEnd(rank, { how: 'done', line: null, what: null }));
  const snapshot = (rank: number, polls: number): Snapshot => {
    const awaited = waits[rank];
    if (awaited === null) {
      return { wait: null, busy: true, line: 5 };
    }
    const { call, of } = awaited;
    const needs = of.map((peer): WaitNeed => ({ what: 'window', comm: 'world/0:Win', peer, call }));
    const name = call === 'Post' ? 'Start' : 'Wait';
    const wait: WaitState = {
      ...{ seq: 1, name, buffer: true, line: 3, text: `win.${name}()`, waited: 1, polls, needs },
      kind: 'other',
      mode: call === 'Post' ? 'and' : 'or'
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
});
