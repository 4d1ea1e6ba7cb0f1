import { expect, it, vi } from 'vitest';
import { Changes } from '../../../../kernel/worlds/changes.js';
import { Processes } from '../../../../kernel/worlds/processes.js';
import { Rank } from '../../../../kernel/worlds/rank.js';
import { Roster } from '../../../../kernel/worlds/roster.js';

it('gives ranks time for what they do at their end, and kills those that go on', async () => {
  const ranks = [0, 1].map(() => new Rank('mark', { text() {}, epoch() {} }));
  const roster = new Roster(ranks);
  const changes = new Changes();
  const exit = { cause: 'process ended' };
  const kill = vi.fn(() => ranks.forEach(rank => (rank.exit ??= exit)));
  const processes = new Processes(roster, changes, () => undefined, 30, 300);
  await processes.launch(Promise.resolve({ adopt() {}, kill }));
  const began = performance.now();
  setTimeout(() => {
    ranks.forEach(rank => (rank.leaving = true));
    ranks[0].exit = exit;
    changes.notify();
  }, 100);
  await processes.end(() => true);
  expect(performance.now() - began).toBeGreaterThan(120);
  expect(kill).toHaveBeenCalledTimes(1);
  expect(roster.cutShort).toEqual([]);
  ranks[1].leaving = false;
  expect(roster.cutShort).toEqual([1]);
});

it('leaves processes alone that do not end though they are killed, and says so', async () => {
  const ranks = [0, 1].map(() => new Rank('mark', { text() {}, epoch() {} }));
  ranks.forEach((rank, index) => (rank.pid = 1_000_000_000 + index));
  const log = vi.fn();
  const kill = vi.fn();
  const processes = new Processes(new Roster(ranks), new Changes(), log, 5, 5);
  await processes.launch(Promise.resolve({ adopt() {}, kill }));
  await processes.end(() => true);
  expect(kill).toHaveBeenCalledTimes(20);
  expect(log).toHaveBeenCalledWith(
    expect.stringMatching(/^2 of its processes have not ended .* 1000000000, 1000000001/)
  );
});
