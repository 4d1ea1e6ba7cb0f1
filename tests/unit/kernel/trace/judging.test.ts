import { describe, expect, test } from 'vitest';
import { RunTrace } from '../../../../kernel/trace/index.js';
import type { Snapshot } from '../../../../kernel/trace/index.js';
import type { WaitState } from '../../../../src/protocol/index.js';
import { BIG, Recv, Send, compute, recv, world } from './program.js';
import { run } from './simulate.js';

function waiting(rank: number, more: Partial<WaitState> = {}): Snapshot {
  const wait: WaitState = {
    ...{ seq: 1, name: 'Recv', kind: 'recv', buffer: true, line: 2, text: 'comm.Recv(buf)' },
    ...{ waited: 1, polls: 0, mode: 'and' },
    needs: [
      {
        ...{ what: 'message', probe: false, comm: 'world', peer: 1 - rank, tag: 0 },
        ...{ bytes: 8, count: 1, dtype: 'MPI.DOUBLE' }
      }
    ],
    ...more
  };
  return { wait, busy: true, line: 2 };
}

function both(polls: number, more: Partial<WaitState> = {}): Map<number, Snapshot> {
  return new Map([0, 1].map(rank => [rank, waiting(rank, { polls, ...more })]));
}

const fresh = (): RunTrace => new RunTrace({ size: 2, clock: () => 0 });

describe('when it speaks', () => {
  test('in the third round of the same standstill, not before', () => {
    const trace = fresh();
    expect(trace.onSnapshots(both(10))).toBeNull();
    expect(trace.onSnapshots(both(20))).toBeNull();
    expect(trace.onSnapshots(both(30))).toMatchObject({ problem: 'receives', ranks: [0, 1] });
  });

  test('not while a call makes progress', () => {
    const trace = fresh();
    for (let round = 1; round < 20; round++) {
      expect(trace.onSnapshots(both(10 * round, { seq: round }))).toBeNull();
    }
  });

  test('not while MPI is not polled: the rank may be stuck elsewhere, or not scheduled', () => {
    const trace = fresh();
    for (let round = 1; round < 20; round++) {
      expect(trace.onSnapshots(both(10))).toBeNull();
    }
  });

  test('not while a rank does not answer', () => {
    const trace = fresh();
    for (let round = 1; round < 20; round++) {
      expect(trace.onSnapshots(new Map([[0, waiting(0, { polls: 10 * round })]]))).toBeNull();
    }
  });

  test('not while other threads of a rank live', () => {
    const trace = fresh();
    for (let round = 1; round < 20; round++) {
      const answers = both(10 * round);
      answers.set(1, { ...waiting(1, { polls: 10 * round }), threads: 1 });
      expect(trace.onSnapshots(answers)).toBeNull();
    }
  });

  test('not of what it does not know: another world, a call without needs', () => {
    const trace = fresh();
    const needs: WaitState['needs'] = [
      { what: 'collective', comm: 'other:0:1', index: 0, name: 'Barrier', root: null }
    ];
    for (let round = 1; round < 20; round++) {
      expect(trace.onSnapshots(both(10 * round, { needs }))).toBeNull();
      expect(trace.onSnapshots(both(10 * round + 5, { needs: [], seq: 2 }))).toBeNull();
    }
  });

  test('not while a large message is under way', () => {
    const simulation = run(
      world(2)
        .rank(0, Send(1, { bytes: BIG }))
        .rank(1, compute())
    );
    const trace = simulation.trace();
    for (let round = 1; round < 6; round++) {
      const answers = simulation.snapshots(round);
      const need = { what: 'message', probe: false, comm: 'world', peer: 0, tag: 0 } as const;
      const amount = { bytes: BIG, count: null, dtype: null };
      const needs: WaitState['needs'] = [{ ...need, ...amount }];
      answers.set(1, waiting(1, { polls: 100 * round, needs }));
      expect(trace.onSnapshots(answers)).toBeNull();
    }
  });

  test('not because a rank has just ended: what it sent last may be under way', () => {
    const trace = new RunTrace({ size: 2, clock: () => 0 });
    const answers = (polls: number): Map<number, Snapshot> =>
      new Map([
        [0, waiting(0, { polls })],
        [1, { wait: null, busy: true, line: 3 }]
      ]);
    for (let round = 1; round < 5; round++) {
      expect(trace.onSnapshots(answers(10 * round))).toBeNull();
    }
    trace.onEnd(1, { how: 'done', line: null, what: null });
    const verdicts = [5, 6, 7].map(round =>
      trace.onSnapshots(new Map([[0, waiting(0, { polls: 10 * round })]]))
    );
    expect(verdicts.slice(0, 2)).toEqual([null, null]);
    expect(verdicts[2]).toMatchObject({ problem: 'finished', ranks: [0] });
  });

  test('of all that stand still: of a rank that comes late too', () => {
    const trace = new RunTrace({ size: 3, clock: () => 0 });
    const verdicts = Array.from({ length: 6 }, (_, round) => {
      const answers = both(10 * round);
      if (round >= 2) {
        answers.set(2, waiting(2, { polls: 10 * round }));
      }
      return trace.onSnapshots(answers);
    });
    const first = verdicts.findIndex(verdict => verdict !== null);
    expect([first, verdicts[first]?.ranks]).toEqual([4, [0, 1, 2]]);
  });

  test.each([
    ['runs', [[2, { wait: null, busy: true, line: 3 }]], 3],
    ['does not answer', [], 4]
  ] as [string, [number, Snapshot][], number][])(
    'also while another rank %s',
    (_, third, round) => {
      const trace = new RunTrace({ size: 3, clock: () => 0 });
      const verdicts = Array.from({ length: 5 }, (_, each) =>
        trace.onSnapshots(new Map([...both(10 * each), ...third]))
      );
      const first = verdicts.findIndex(verdict => verdict !== null);
      expect([first, verdicts[first]?.ranks]).toEqual([round, [0, 1]]);
    }
  );

  test.each([
    [4, 'does not answer', (round, answers) => round === 2 && answers.delete(1)],
    [
      3,
      'had no time',
      (round, answers) => round === 2 && answers.set(1, waiting(1, { polls: 10 }))
    ],
    [
      4,
      'has gone on',
      (round, answers) => round >= 2 && answers.set(1, waiting(1, { seq: 2, polls: 10 * round }))
    ]
  ] as [number, string, (round: number, answers: Map<number, Snapshot>) => unknown][])(
    'in round %i where in the third one a rank %s',
    (expected, _, change) => {
      const trace = fresh();
      const verdicts = Array.from({ length: 7 }, (__, round) => {
        const answers = both(10 * round);
        change(round, answers);
        return trace.onSnapshots(answers);
      });
      expect(verdicts.findIndex(verdict => verdict !== null)).toBe(expected);
    }
  );

  test.each([
    ['is late with an answer', 3, 5, [0, 1, 2]],
    ['does not answer any more', Infinity, 8, [0, 1]]
  ] as [string, number, number, number[]][])(
    'of all that stood still, where one %s and another runs',
    (_, lastMissed, expected, ranks) => {
      const trace = new RunTrace({ size: 4, clock: () => 0 });
      const verdicts = Array.from({ length: 10 }, (__, round) => {
        const polls = 10 * round;
        const answers = both(polls).set(3, { wait: null, busy: true, line: 3 });
        if (round < 3 || round > lastMissed) {
          answers.set(2, waiting(2, { polls, needs: waiting(1).wait?.needs ?? [] }));
        }
        return trace.onSnapshots(answers);
      });
      const first = verdicts.findIndex(verdict => verdict !== null);
      expect([first, verdicts[first]?.ranks]).toEqual([expected, ranks]);
    }
  );

  test('later where the record has gaps', () => {
    const trace = new RunTrace({ size: 2, clock: () => 0, record: 'waits' });
    const verdicts = Array.from({ length: 8 }, (_, round) => trace.onSnapshots(both(10 * round)));
    expect(verdicts.slice(0, 5)).toEqual([null, null, null, null, null]);
    expect(verdicts[5]).toMatchObject({ problem: 'receives' });
  });
});

describe('ranks that do not take part', () => {
  test('a rank that waits for one is told so', () => {
    const trace = new RunTrace({ size: 2, ranks: [0], clock: () => 0 });
    const rounds = [1, 2, 3].map(round =>
      trace.onSnapshots(new Map([[0, waiting(0, { polls: 10 * round })]]))
    );
    expect(rounds[2]).toMatchObject({ problem: 'absent', ranks: [0] });
    expect(rounds[2]?.text).toContain('rank 0 waits for rank 1, which does not run this cell');
  });
});

describe('sub-communicators', () => {
  test('peers are named by both of their ranks', () => {
    const program = world(4)
      .comm('row', [2, 3])
      .rank(2, recv(1, { comm: 'row' }))
      .rank(3, recv(0, { comm: 'row' }));
    const text = run(program).deadlock()?.text;
    expect(text).toContain('waits for rank 3 (rank 1 of row)');
    expect(text).toContain('waits for rank 2 (rank 0 of row)');
  });

  test('both sides of an intercommunicator are understood', () => {
    const program = world(4)
      .comm('inter', [0, 1], [2, 3])
      .comm('inter', [2, 3], [0, 1])
      .rank(0, Recv(1, { comm: 'inter' }))
      .rank(3, Recv(0, { comm: 'inter' }));
    expect(run(program).deadlock()).toMatchObject({ problem: 'receives', ranks: [0, 3] });
  });
});
