import { afterEach, describe, expect, it, vi } from 'vitest';
import { cellSpec, programSpec } from './fakeWorld.js';
import { setting } from './setting.js';

afterEach(async () => {
  // Questions that nobody answers, and exits that the fake world still owes.
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const everyRank = [0, 1, 2, 3];

describe('a run that leaves something in COMM_WORLD', () => {
  it.each([true, false])('has its world cleaned before the next: %s', async disordered => {
    const s = setting();
    Object.assign(s.monitor, { disordered });
    await s.start();
    [0, 1, 2, 3].forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toEqual({ status: 'ok' });
    expect(s.world.unclean).toBe(disordered);
  });
});

describe('a cell on ranks', () => {
  it('publishes one display at once and its final form before the reply', async () => {
    const s = setting();
    await s.start();
    expect(s.cell.types()).toEqual(['display_data']);
    expect(s.cell.model.ranks.map(r => r.state)).toEqual(everyRank.map(() => 'starting'));
    everyRank.forEach(rank => s.world.text(rank, `hello ${rank}\n`));
    everyRank.forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toEqual({ status: 'ok' });
    expect(s.cell.types()).toEqual(['display_data', 'update_display_data']);
    const [first, last] = s.cell.published;
    expect(last.content['transient']).toEqual(first.content['transient']);
    expect(s.cell.plain).toBe('[0] hello 0\n[1] hello 1\n[2] hello 2\n[3] hello 3');
    expect(s.cell.model).toMatchObject({
      state: 'done',
      cellId: 'cell-1',
      order: [0, 1, 1, 1, 2, 1, 3, 1]
    });
    expect(s.world.listener).toBeNull();
  });

  it('sends each rank the source, the number of the cell and the options', async () => {
    const s = setting();
    await s.start(cellSpec({ strict: true }));
    expect(s.world.work).toHaveLength(4);
    expect(s.world.work[2]).toMatchObject({
      rank: 2,
      text: '\nprint(rank)\n',
      request: { type: 'execute', execution_count: 7, stdin: true, strict: true, record: 'full' }
    });
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
  });

  it('shows text that came while the world was being acquired', async () => {
    const s = setting();
    const open = s.worlds.hold();
    await s.start();
    s.worlds.listener?.onText(0, 'stdout', 'x\n', 0);
    open();
    await s.wait(0);
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
    expect(s.cell.plain).toBe('[0] x');
  });

  it('runs on the ranks named and leaves the others alone', async () => {
    const s = setting();
    await s.start(cellSpec({ ranks: [1, 3] }));
    expect(s.world.work.map(sent => sent.rank)).toEqual([1, 3]);
    s.world.text(1, 'a\n');
    s.world.text(0, 'from a thread of an earlier cell\n');
    s.world.done(1);
    s.world.done(3);
    await s.outcome();
    expect(s.cell.model.ranks.map(r => r.rank)).toEqual([1, 3]);
    expect(s.cell.plain).toBe('[1] a');

    await s.start();
    everyRank.forEach(rank => s.world.done(rank));
    await s.wait(100);
    expect(s.cell.plain).toBe('[0] from a thread of an earlier cell');
  });

  it('refuses ranks that are not there before anything starts', async () => {
    const s = setting();
    await s.start(cellSpec({ ranks: [1, 4] }));
    expect(await s.outcome()).toMatchObject({
      status: 'error',
      evalue: 'There is no rank 4: the world has ranks 0-3.'
    });
    expect(s.worlds.acquired).toEqual([]);
    expect(s.cell.types()).toEqual(['error']);
  });

  it('says why a world could not be had', async () => {
    const s = setting();
    s.worlds.refusal = 'At most 64 ranks a world.';
    await s.start();
    expect(await s.outcome()).toMatchObject({ status: 'error', ename: 'WorldError' });
    expect(s.cell.types()).toEqual(['display_data', 'update_display_data', 'error']);
    expect(s.cell.model).toMatchObject({ state: 'error', ranks: [] });
    expect(s.cell.plain).toBe('At most 64 ranks a world.');
  });

  it('passes on what the world has to say of itself', async () => {
    const s = setting();
    s.world.notices = ['Ranks are started by mpiexec: fork is not safe here.'];
    await s.start();
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
    expect(s.cell.model.notices).toEqual([
      { level: 'info', text: 'Ranks are started by mpiexec: fork is not safe here.' }
    ]);
  });

  it('publishes nothing for a silent cell', async () => {
    const s = setting();
    s.cell.silent = true;
    s.live.attached = true;
    await s.start();
    s.world.text(0, 'x\n');
    await s.wait(500);
    s.world.raise(1, 'ValueError', 'no');
    [0, 2, 3].forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toMatchObject({ status: 'error' });
    expect(s.cell.published).toEqual([]);
    expect(s.live.sent).toEqual([]);
  });

  it('ignores reports of another run', async () => {
    const s = setting();
    await s.start();
    s.world.done(0, { run: 'older' });
    await s.wait(10);
    expect(s.settled).toBeUndefined();
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
  });

  it('keeps display ids of ranks apart', async () => {
    const s = setting();
    await s.start();
    s.world.display(0, 'zero', 'd');
    s.world.display(1, 'one', 'd');
    s.world.display(1, 'uno', 'd', true);
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
    expect(s.cell.plain).toBe('[0] zero\n[1] uno');
  });
});

describe('input()', () => {
  it('asks one rank at a time and names it', async () => {
    const s = setting();
    await s.start();
    s.world.ask(2, 'name? ');
    s.world.ask(1, 'age? ');
    expect(s.cell.questions.map(q => q.prompt)).toEqual(['[rank 2] name? ']);
    s.cell.questions[0].answer('Ada');
    await s.wait(0);
    expect(s.world.work.at(-1)).toMatchObject({
      rank: 2,
      request: { type: 'input_reply', value: 'Ada' }
    });
    expect(s.cell.questions[1].prompt).toBe('[rank 1] age? ');
    s.cell.questions[1].answer('36');
    await s.wait(0);
    expect(s.world.work.at(-1)).toMatchObject({ rank: 1, request: { value: '36' } });
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
  });

  it('is withdrawn when the rank ends or the user interrupts', async () => {
    const s = setting();
    await s.start();
    s.world.ask(2, 'name? ');
    s.runs.interrupt();
    expect(s.cell.questions[0].signal.aborted).toBe(true);
    everyRank.forEach(rank => s.world.interrupted(rank));
    await s.outcome();
    expect(s.world.work.filter(sent => sent.request.type === 'input_reply')).toEqual([]);
  });
});

describe('programs', () => {
  it('get a temporary world and show exit codes', async () => {
    const s = setting();
    await s.start(programSpec('path', ['heat.py', '10']));
    expect(s.worlds.acquired[0]).toMatchObject({ temporary: true, size: 4 });
    expect(s.world.work[3].request).toMatchObject({
      type: 'program',
      kind: 'path',
      argv: ['heat.py', '10']
    });
    everyRank.forEach(rank =>
      s.world.exit(rank, { code: 0, cause: 'process ended with exit code 0' })
    );
    expect(await s.outcome()).toEqual({ status: 'ok' });
    expect(s.cell.model.ranks[2]).toMatchObject({ state: 'done', exit: { code: 0 } });
    expect(s.cell.model.notices).toEqual([]);
    expect(s.world.stopped).toBe(true);
  });

  it('start as themselves when they are executables', async () => {
    const s = setting();
    await s.start(programSpec('executable', ['./a.out', '3']));
    expect(s.worlds.acquired[0].exec).toEqual(['./a.out', '3']);
    expect(s.world.work).toEqual([]);
    everyRank.forEach(rank => s.world.exit(rank, { code: 0, cause: 'exit' }));
    await s.outcome();
  });

  it('fail with the exit code of a rank, and the others do not wait for ever', async () => {
    const s = setting();
    await s.start(programSpec('module', ['app']));
    s.world.exit(1, { code: 3, cause: 'process ended with exit code 3' });
    s.world.exit(2, { code: 3, cause: 'process ended with exit code 3' });
    const outcome = await s.outcome();
    expect(outcome).toMatchObject({
      status: 'error',
      ename: 'ProgramError',
      evalue: '[ranks 1 and 2] exit code 3'
    });
    expect(s.cell.model.notices[0]).toEqual({
      level: 'error',
      text: 'Ranks 1 and 2 ended with exit code 3.',
      ranks: [1, 2]
    });
    expect(s.world.alive.size).toBe(0);
    expect(s.cell.plain).not.toContain('variables are lost');
  });
});

describe('a program that is interrupted', () => {
  it('ends rank by rank', async () => {
    const s = setting();
    await s.start(programSpec('path', ['app.py']));
    s.runs.interrupt();
    expect(s.world.sent('interrupt')).toEqual(everyRank);
    for (const rank of everyRank) {
      await s.wait(50);
      s.world.text(rank, 'KeyboardInterrupt\n', 'stderr');
      s.world.done(rank, { status: 'interrupted', code: 130 });
      s.world.exit(rank, { code: 130, cause: 'process ended with exit code 130' });
    }
    expect(await s.outcome()).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.cell.model.state).toBe('interrupted');
    expect(s.cell.plain.match(/\] KeyboardInterrupt/g)).toHaveLength(4);
    expect(s.cell.model.notices.map(n => n.text)).toEqual(['Interrupted: ranks 0-3.']);
  });

  it('is killed at once where it has no agent', async () => {
    const s = setting();
    await s.start(programSpec('executable', ['./a.out']));
    s.runs.interrupt();
    await s.wait(50);
    expect(s.settled).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect(s.world.sent('interrupt')).toEqual([]);
    expect(s.cell.model.ranks[0].state).toBe('interrupted');
  });
});

describe('a program that is over before its process', () => {
  it('counts as failed by its code, and is not waited for in MPI_Finalize', async () => {
    const s = setting();
    await s.start(programSpec('path', ['app.py']));
    s.world.done(1, { status: 'exit', code: 3 });
    await s.wait(2500);
    expect(s.settled).toMatchObject({ ename: 'ProgramError', evalue: '[rank 1] exit code 3' });
    expect(s.world.alive.size).toBe(0);
  });

  it('is not to blame where it waits in MPI_Finalize for one that has failed', async () => {
    const s = setting();
    await s.start(programSpec('path', ['app.py']));
    [0, 2, 3].forEach(rank => s.world.done(rank, { status: 'exit', code: 0 }));
    s.world.done(1, { status: 'exit', code: 3 });
    await s.wait(2500);
    expect(s.cell.model.ranks.map(r => r.state)).toEqual(['done', 'error', 'done', 'done']);
    expect(s.cell.model.notices.map(n => n.text)).toEqual(['Rank 1 ended with exit code 3.']);
  });
});

describe('questions to rank 0', () => {
  it('are answered while nothing runs, and lose no text', async () => {
    const s = setting();
    await s.start();
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
    s.world.onControlRequest = (rank, request) => {
      if (request.type === 'complete') {
        s.world.text(1, 'late\n');
        const { id } = request;
        s.world.report(rank, {
          type: 'complete_reply',
          id,
          matches: ['comm'],
          cursor_start: 0,
          cursor_end: 2,
          metadata: {}
        });
      }
    };
    expect(await s.runs.complete('co', 2)).toMatchObject({ matches: ['comm'], cursor_end: 2 });
    expect(s.world.listener).toBeNull();
    await s.start();
    everyRank.forEach(rank => s.world.done(rank));
    await s.wait(100);
    expect(s.cell.plain).toBe('[1] late');
  });

  it('do not make the world look busy to the next cell', async () => {
    const s = setting();
    await s.start();
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
    const asked = s.runs.inspect('co', 2, 0);
    s.settled = undefined;
    await s.start();
    everyRank.forEach(rank => s.world.done(rank));
    expect(await s.outcome()).toEqual({ status: 'ok' });
    await s.wait(1000);
    expect(await asked).toBeNull();
  });

  it('are given up after a while, and at once without a world', async () => {
    const s = setting();
    expect(await s.runs.complete('co', 2)).toBeNull();
    await s.start();
    const asked = s.runs.complete('co', 2);
    await s.wait(1000);
    expect(await asked).toBeNull();
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
  });
});
