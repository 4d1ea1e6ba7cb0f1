import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cellSpec } from './fakeWorld.js';
import { recv, setting, type ISetting } from './setting.js';

afterEach(async () => {
  // Questions that nobody answers, and exits that the fake world still owes.
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function noticeTexts(s: ISetting): string[] {
  return s.cell.model.notices.map(notice => notice.text);
}

/** Ranks react to an interrupt as Python code does. */
function obey(s: ISetting, ranks: number[]): void {
  const before = s.world.onControlRequest;
  s.world.onControlRequest = (rank, request) => {
    before(rank, request);
    if (request.type === 'interrupt' && ranks.includes(rank)) {
      setTimeout(() => s.world.interrupted(rank), 3);
    }
  };
}

describe('one rank raises', () => {
  it('stops the others after a grace and reports that error', async () => {
    const s = setting();
    await s.start();
    obey(s, [0, 1, 3]);
    s.world.raise(2, 'ValueError', 'negative', 7);
    await s.wait(500);
    expect(s.world.sent('interrupt')).toEqual([]);
    await s.wait(1500);
    expect(s.settled).toEqual({
      status: 'error',
      ename: 'ValueError',
      evalue: '[rank 2] negative',
      traceback: [
        'Rank 2 raised ValueError: negative (line 7 of the cell)',
        '\x1b[31mValueError\x1b[39m: negative'
      ]
    });
    expect(noticeTexts(s)).toEqual([
      'Rank 2 raised ValueError: negative (line 7 of the cell)',
      'Then stopped: ranks 0, 1 and 3 (line 4 of the cell).'
    ]);
    expect(s.cell.model.ranks.map(r => r.state)).toEqual([
      'interrupted',
      'interrupted',
      'error',
      'interrupted'
    ]);
    expect(s.cell.model.ranks[2].line).toBe(7);
    expect(s.cell.published.at(-1)).toEqual({
      type: 'error',
      content: {
        ename: 'ValueError',
        evalue: 'rank 2: negative',
        traceback: ['Rank 2 raised ValueError: negative (line 7 of the cell)']
      }
    });
    expect(s.world.stopped).toBe(false);
  });

  it('lets others end by themselves', async () => {
    const s = setting();
    await s.start();
    s.world.raise(2, 'ValueError', 'x');
    await s.wait(300);
    [0, 1, 3].forEach(rank => s.world.done(rank));
    await s.wait(0);
    expect(s.settled).toMatchObject({ status: 'error' });
    expect(s.world.sent('interrupt')).toEqual([]);
  });

  it('with the MPI layer stops only ranks that wait in MPI', async () => {
    const s = setting();
    s.worlds.layer = true;
    await s.start();
    s.world.answerSnapshots({ 0: recv });
    obey(s, [0]);
    s.world.raise(2, 'ValueError', 'x');
    await s.wait(3000);
    expect(s.world.sent('interrupt')).toEqual([0]);
    expect(s.settled).toBeUndefined();
    [1, 3].forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toMatchObject({ ename: 'ValueError' });
    expect(s.cell.model.ranks.map(r => r.state)).toEqual(['interrupted', 'done', 'error', 'done']);
  });

  it('folds the same error of several ranks, and names them all, whichever came first', async () => {
    const s = setting();
    await s.start();
    [3, 1, 2].forEach(rank => s.world.raise(rank, 'IndexError', 'out of range'));
    s.world.done(0);
    expect(await s.outcome()).toMatchObject({ evalue: '[ranks 1-3] out of range' });
    expect(s.cell.published.at(-1)).toEqual({
      type: 'error',
      content: {
        ename: 'IndexError',
        evalue: 'ranks 1-3: out of range',
        traceback: ['Ranks 1-3 raised IndexError: out of range (line 3 of the cell)']
      }
    });
    expect(s.cell.model.notices).toEqual([
      {
        level: 'error',
        text: 'Ranks 1-3 raised IndexError: out of range (line 3 of the cell)',
        ranks: [1, 2, 3]
      }
    ]);
  });

  it('gives many ranks on few cores longer to react', async () => {
    const size = 8 * availableParallelism() * 3;
    const s = setting(size);
    await s.start(cellSpec({ world: { ...cellSpec().world, size } }));
    s.runs.interrupt();
    await s.wait(2800);
    expect(s.settled).toBeUndefined();
    await s.wait(1000);
    expect(noticeTexts(s)[0]).toContain('did not react within 3 s');
    await s.outcome();
  });

  it('kills those that do not react, within two seconds, and says that the world is lost', async () => {
    const s = setting();
    await s.start();
    obey(s, [0, 3]);
    s.world.raise(2, 'ValueError', 'x');
    await s.wait(2000);
    expect(s.settled).toMatchObject({ ename: 'ValueError' });
    expect(s.cell.model.ranks.map(r => r.state)).toEqual([
      'interrupted',
      'dead',
      'error',
      'interrupted'
    ]);
    expect(noticeTexts(s)).toContain(
      'Rank 1 did not react within 1 s (in C code that does not return, or catching KeyboardInterrupt) and was killed.'
    );
    expect(noticeTexts(s)).toContain(
      'The world of 4 ranks has ended and its variables are lost; the next cell starts a new one.'
    );
    expect(s.world.stopped).toBe(true);
  });

  it('ends even where a killed process stays', async () => {
    const s = setting();
    await s.start();
    s.world.immortal.add(1);
    s.world.raise(2, 'ValueError', 'x');
    await s.wait(5000);
    expect(s.settled).toMatchObject({ ename: 'ValueError' });
  });
});

describe('the user interrupts', () => {
  it('and ranks end with KeyboardInterrupt', async () => {
    const s = setting();
    await s.start();
    obey(s, [0, 1, 2, 3]);
    expect(s.runs.interrupt()).toBe(true);
    expect(await s.outcome()).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(s.cell.model.state).toBe('interrupted');
    expect(noticeTexts(s)).toEqual(['Interrupted: ranks 0-3 (line 4 of the cell).']);
    expect(s.runs.interrupt()).toBe(false);
  });

  it('and code that catches it ends well', async () => {
    const s = setting();
    await s.start();
    s.runs.interrupt();
    [0, 1, 2, 3].forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toEqual({ status: 'ok' });
  });

  it('and a rank that does not react is killed', async () => {
    const s = setting();
    await s.start();
    obey(s, [0, 1, 2]);
    s.runs.interrupt();
    await s.wait(900);
    expect(s.settled).toBeUndefined();
    await s.wait(400);
    expect(s.settled).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.cell.model.state).toBe('interrupted');
    expect(s.cell.model.ranks[3]).toMatchObject({
      state: 'dead',
      exit: { cause: 'stopped by Rankbook' }
    });
  });

  it('and a rank that still makes its traceback is given the time', async () => {
    const s = setting();
    await s.start();
    obey(s, [0, 1, 2]);
    s.world.answerSnapshots({});
    const answer = s.world.onControlRequest;
    s.world.onControlRequest = (rank, request) => {
      answer(rank, request);
      if (request.type === 'interrupt') {
        setTimeout(() => s.world.interrupted(rank), rank === 3 ? 2500 : 3);
      }
    };
    s.runs.interrupt();
    await s.wait(2400);
    expect(s.settled).toBeUndefined();
    await s.wait(200);
    expect(s.settled).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.cell.model.ranks[3].state).toBe('interrupted');
    expect(s.world.stopped).toBe(false);
  });

  it('but not for ever', async () => {
    const s = setting();
    await s.start();
    s.world.answerSnapshots({});
    s.runs.interrupt();
    await s.wait(7000);
    expect(s.settled).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.world.stopped).toBe(true);
  });

  it('twice, and everything is killed at once', async () => {
    const s = setting();
    await s.start();
    s.runs.interrupt();
    await s.wait(100);
    s.runs.interrupt();
    await s.wait(50);
    expect(s.settled).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(noticeTexts(s)).toContain('Ranks 0-3 were killed at the second interrupt.');
  });

  it('while the world starts, and nothing is run', async () => {
    const s = setting();
    s.worlds.hold();
    await s.start();
    s.runs.interrupt();
    expect(await s.outcome()).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.cell.model).toMatchObject({ state: 'interrupted' });
    expect(s.cell.model.ranks[0].state).toBe('interrupted');
    expect(s.world.work).toEqual([]);
  });
});

describe('--timeout', () => {
  it('stops the ranks that have not ended', async () => {
    const s = setting();
    await s.start(cellSpec({ timeout: 2 }));
    obey(s, [1, 2]);
    [0, 3].forEach(rank => s.world.done(rank));
    await s.wait(1900);
    expect(s.settled).toBeUndefined();
    await s.wait(200);
    expect(s.settled).toMatchObject({
      ename: 'TimeoutError',
      evalue: 'stopped after 2 s (--timeout 2)'
    });
    expect(s.cell.model.state).toBe('error');
    expect(noticeTexts(s)[0]).toBe('Stopped after 2 s (--timeout 2): ranks 1 and 2 had not ended.');
  });
});

describe('a rank dies', () => {
  const killed = { signal: 'SIGKILL', cause: 'killed by SIGKILL (out of memory)' };

  it('and the run says which, how and what is lost', async () => {
    const s = setting();
    await s.start();
    s.world.text(2, 'last words\n');
    s.world.exit(2, killed);
    obey(s, [0]);
    await s.wait(1000);
    expect(s.settled).toMatchObject({
      ename: 'RankDied',
      evalue: '[rank 2] killed by SIGKILL (out of memory)'
    });
    expect(s.cell.model.ranks[2]).toMatchObject({ state: 'dead', exit: killed });
    expect(s.cell.model.ranks[0].state).toBe('interrupted');
    expect(noticeTexts(s).slice(0, 2)).toEqual([
      'Rank 2 died: killed by SIGKILL (out of memory)',
      'The world of 4 ranks has ended and its variables are lost; the next cell starts a new one.'
    ]);
    expect(s.cell.plain).toContain('[2] last words');
    expect(s.world.alive.size).toBe(0);
  });

  it('all at once', async () => {
    const s = setting();
    await s.start();
    [0, 1, 2, 3].forEach(rank => s.world.exit(rank, killed));
    expect(await s.outcome()).toMatchObject({ ename: 'RankDied' });
    expect(s.cell.model.ranks[0].state).toBe('dead');
  });

  it('after its part of the cell, and the world is lost all the same', async () => {
    const s = setting();
    await s.start();
    s.world.done(1);
    s.world.exit(1, killed);
    obey(s, [0, 2, 3]);
    expect(await s.outcome()).toMatchObject({ ename: 'RankDied' });
    expect(s.cell.model.ranks[1].state).toBe('done');
    expect(s.world.stopped).toBe(true);
  });

  it('that took no part in the cell', async () => {
    const s = setting();
    await s.start(cellSpec({ ranks: [0] }));
    s.world.exit(3, killed);
    obey(s, [0]);
    expect(await s.outcome()).toMatchObject({
      ename: 'RankDied',
      evalue: expect.stringContaining('[rank 3]')
    });
  });
});

describe('a rank leaves', () => {
  it('by sys.exit(0), which is no failure', async () => {
    const s = setting();
    await s.start();
    [0, 1, 2, 3].forEach(rank => s.world.done(rank, { status: 'exit', code: 0 }));
    expect(await s.outcome()).toEqual({ status: 'ok' });
    expect(noticeTexts(s)).toEqual([
      'Ranks 0-3 left the cell with sys.exit(); they live on, with all variables.'
    ]);
  });

  it('by sys.exit(3), which is one', async () => {
    const s = setting();
    await s.start();
    s.world.done(1, { status: 'exit', code: 3 });
    [0, 2, 3].forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toMatchObject({ ename: 'SystemExit', evalue: '[rank 1] 3' });
    expect(s.cell.model.ranks[1].state).toBe('error');
  });

  it('by MPI.Abort, which ends all', async () => {
    const s = setting();
    await s.start();
    s.world.listener?.onAbort(2, 5);
    s.world.exit(2, { code: 5, cause: 'called MPI_Abort with code 5' });
    [0, 1, 3].forEach(rank => s.world.exit(rank, { signal: 'SIGKILL', cause: 'ended' }));
    expect(await s.outcome()).toMatchObject({
      ename: 'MPI.Abort',
      evalue: '[rank 2] error code 5'
    });
    expect(s.cell.model.ranks.map(r => r.state)).toEqual([
      'interrupted',
      'interrupted',
      'error',
      'interrupted'
    ]);
    expect(noticeTexts(s)[0]).toBe('Rank 2 called MPI.Abort(5).');
  });

  it('by MPI.Abort under the MPI layer, and the world lives', async () => {
    const s = setting();
    s.worlds.layer = true;
    await s.start();
    obey(s, [0, 1, 3]);
    s.world.done(2, { status: 'abort', code: 5 });
    await s.wait(100);
    expect(s.settled).toMatchObject({ ename: 'MPI.Abort' });
    expect(s.world.stopped).toBe(false);
  });
});
