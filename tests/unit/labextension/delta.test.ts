import { describe, expect, test } from 'vitest';

import { applyDelta, hasEnded, makeLive, type ILiveRun } from '../../../src/models/delta.js';
import type { Delta } from '../../../src/protocol/index.js';
import { makeRun, stdout } from './runs.js';

function live(...ranks: Parameters<typeof makeRun>[0]): ILiveRun {
  return makeLive(makeRun(ranks, { state: 'running', order: [] }));
}

function say(rank: number, text: string, name: 'stdout' | 'stderr' = 'stdout'): Delta {
  return { op: 'stream', rank, name, text };
}

describe('applyDelta', () => {
  test('joins text of one stream and counts lines, not messages', () => {
    const state = live({}, {});
    for (const delta of [say(0, 'a\nb'), say(0, 'c\n'), say(1, 'x'), say(0, 'd\n'), say(1, 'y')]) {
      applyDelta(state, delta);
    }
    expect(state.run.ranks[0]?.outputs).toEqual([stdout('a\nbc\nd\n')]);
    expect(state.run.ranks[1]?.outputs).toEqual([stdout('xy')]);
    expect(state.run.order).toEqual([0, 2, 1, 1, 0, 1]);
  });

  test('lets a spawned process join with its label, and nobody without one', () => {
    const state = live({}, {});
    applyDelta(state, say(2, 'too early\n'));
    applyDelta(state, { op: 'rank', rank: 2, label: '0.0', state: 'running' });
    applyDelta(state, say(2, 'hello\n'));
    applyDelta(state, { op: 'rank', rank: 3, state: 'running' });
    expect(state.run.ranks).toHaveLength(3);
    expect(state.run.ranks[2]).toEqual({
      rank: 2,
      label: '0.0',
      state: 'running',
      outputs: [stdout('hello\n')]
    });
  });

  test('keeps stdout and stderr apart, in order', () => {
    const state = live({});
    applyDelta(state, say(0, 'a'));
    applyDelta(state, say(0, 'b', 'stderr'));
    applyDelta(state, say(0, 'c'));
    expect(state.run.ranks[0]?.outputs.map(output => 'text' in output && output.text)).toEqual([
      'a',
      'b',
      'c'
    ]);
    expect(state.run.order).toEqual([0, 3]);
  });

  test('updates a display by the id of its own rank only', () => {
    const state = live({}, {});
    for (const rank of [0, 1]) {
      applyDelta(state, {
        op: 'output',
        rank,
        output: {
          output_type: 'display_data',
          data: { 'text/plain': 'old' },
          metadata: {},
          transient: { display_id: 'd' }
        }
      });
    }
    applyDelta(state, {
      op: 'update',
      rank: 1,
      display_id: 'd',
      data: { 'text/plain': 'new' },
      metadata: {}
    });
    const shown = state.run.ranks.map(rank => rank.outputs[0]);
    expect(shown[0]).toMatchObject({ data: { 'text/plain': 'old' } });
    expect(shown[1]).toMatchObject({ data: { 'text/plain': 'new' } });
  });

  test('clears at once, or before the next output', () => {
    const state = live({}, {});
    applyDelta(state, say(0, 'a\n'));
    applyDelta(state, say(1, 'x\n'));
    applyDelta(state, say(0, 'b\n'));
    expect(applyDelta(state, { op: 'clear', rank: 0, wait: true })).toBe(false);
    expect(state.run.ranks[0]?.outputs).toHaveLength(1);
    expect(applyDelta(state, say(0, 'c\n'))).toBe(true);
    expect(state.run.ranks[0]?.outputs).toEqual([stdout('c\n')]);
    expect(state.run.order).toEqual([1, 1, 0, 1]);
    expect(applyDelta(state, { op: 'clear', rank: 0, wait: false })).toBe(true);
    expect(state.run.ranks[0]?.outputs).toEqual([]);
    expect(state.run.order).toEqual([1, 1]);
  });

  test('follows states, notices and what was left out', () => {
    const state = live({}, {});
    applyDelta(state, {
      op: 'rank',
      rank: 1,
      state: 'dead',
      exit: { signal: 'SIGKILL', cause: 'killed' }
    });
    applyDelta(state, { op: 'skip', rank: 0, bytes: 10 });
    applyDelta(state, { op: 'skip', rank: 0, bytes: 5 });
    applyDelta(state, { op: 'notice', notice: { level: 'info', text: 'n' } });
    expect(hasEnded(state.run)).toBe(false);
    const world = { name: '2', size: 2, engine: 'mpiexec', fresh: true };
    applyDelta(state, { op: 'run', state: 'starting', world });
    applyDelta(state, { op: 'run', state: 'error', seconds: 2 });
    expect(hasEnded(state.run)).toBe(true);
    expect(state.run).toMatchObject({
      seconds: 2,
      world,
      notices: [{ text: 'n' }],
      ranks: [{ omitted: 15 }, { state: 'dead', exit: { signal: 'SIGKILL' } }]
    });
  });

  test('finds ranks of a run that has only some of its world', () => {
    const state = live({ rank: 2 }, { rank: 5 });
    applyDelta(state, say(5, 'a\n'));
    applyDelta(state, say(3, 'nobody\n'));
    expect(state.run.ranks.map(rank => rank.outputs.length)).toEqual([0, 1]);
    expect(state.run.order).toEqual([5, 1]);
  });

  test('takes time in proportion to the text', () => {
    const state = live({});
    for (let i = 0; i < 200_000; i++) {
      applyDelta(state, say(0, `line ${i}\n`));
    }
    expect(state.run.order).toEqual([0, 200_000]);
  }, 5000);
});
