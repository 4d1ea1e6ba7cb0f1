import { afterEach, describe, expect, it, vi } from 'vitest';
import { cellSpec } from './fakeWorld.js';
import { recv, setting } from './setting.js';

afterEach(async () => {
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a deadlock', () => {
  const text = 'Deadlock: ranks 0 and 1 both wait to receive.\n  rank 0   line 4';
  const own = new Map([
    [0, 'ranks 0 and 1 both wait.\n  rank 0'],
    [1, 'ranks 0 and 1 both wait.\n  rank 1']
  ]);

  it('is told to the ranks that wait and ends the run', async () => {
    const s = setting();
    await s.start();
    s.world.answerSnapshots({ 0: recv, 1: recv });
    let rounds = 0;
    s.monitor.onSnapshots = snapshots => {
      rounds++;
      return rounds === 2 && snapshots.size === 2 ? { ranks: [0, 1], text, own } : null;
    };
    const answer = s.world.onControlRequest;
    s.world.onControlRequest = (rank, request) => {
      answer(rank, request);
      if (request.type === 'deadlock') {
        const error = { ename: 'DeadlockError', evalue: 'x', traceback: ['at line 4'], line: 4 };
        setTimeout(() => s.world.done(rank, { status: 'deadlock', error }), 2);
      }
    };
    [2, 3].forEach(rank => s.world.done(rank));
    await s.wait(1000);
    expect(s.settled).toMatchObject({
      ename: 'DeadlockError',
      evalue: 'ranks 0 and 1 both wait to receive.'
    });
    expect(s.world.control.filter(c => c.request.type === 'deadlock')).toEqual([
      { rank: 0, request: { type: 'deadlock', run: s.world.run, text: own.get(0) } },
      { rank: 1, request: { type: 'deadlock', run: s.world.run, text: own.get(1) } }
    ]);
    expect(s.cell.model.notices).toEqual([{ level: 'error', text, ranks: [0, 1] }]);
    expect(s.cell.model.ranks[0]).toMatchObject({ state: 'error', line: 4 });
  });

  it('is only told with --on-deadlock wait', async () => {
    const s = setting();
    await s.start(cellSpec({ onDeadlock: 'wait' }));
    s.world.answerSnapshots({ 0: recv });
    s.monitor.onSnapshots = () => ({ ranks: [0], text, own });
    await s.wait(2000);
    expect(s.settled).toBeUndefined();
    expect(s.cell.model.notices).toEqual([{ level: 'warning', text, ranks: [0] }]);
    [0, 1, 2, 3].forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toEqual({ status: 'ok' });
  });

  it('is not looked for while every rank speaks', async () => {
    const s = setting();
    await s.start();
    for (let i = 0; i < 20; i++) {
      [0, 1, 2, 3].forEach(rank => s.world.text(rank, '.\n'));
      await s.wait(100);
    }
    expect(s.world.sent('snapshot')).toEqual([]);
    [0, 1, 2, 3].forEach(rank => s.world.done(rank));
    await s.outcome();
  });
});

describe('an interrupt', () => {
  it('gives a rank that waits in MPI the time to stop there, on a busy machine', async () => {
    const s = setting();
    s.worlds.layer = true;
    await s.start();
    s.world.answerSnapshots({ 3: recv });
    const answer = s.world.onControlRequest;
    s.world.onControlRequest = (rank, request) => {
      answer(rank, request);
      if (request.type === 'interrupt') {
        setTimeout(() => s.world.interrupted(rank), rank === 3 ? 3500 : 3);
      }
    };
    s.runs.interrupt();
    await s.wait(3400);
    expect(s.settled).toBeUndefined();
    await s.wait(200);
    expect(s.settled).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.cell.model.ranks[3].state).toBe('interrupted');
    expect(s.world.stopped).toBe(false);
  });

  it('is what ended a run whose processes went with the kernel', async () => {
    const s = setting();
    await s.start();
    const gone = s.runs.dispose();
    [0, 1, 2, 3].forEach(rank => s.world.exit(rank, { signal: 'SIGKILL', cause: 'killed' }));
    await gone;
    expect(await s.outcome()).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.cell.model).toMatchObject({ state: 'interrupted' });
    expect(s.cell.model.notices[0]?.text).toContain('the kernel was shut down');
  });
});
