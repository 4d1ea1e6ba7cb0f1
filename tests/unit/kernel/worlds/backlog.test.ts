import { expect, it } from 'vitest';
import { Backlog } from '../../../../kernel/worlds/backlog.js';

it('a backlog keeps the latest text, within a limit', () => {
  const backlog = new Backlog();
  for (let i = 0; i < 100; i++) {
    backlog.add('stdout', `${i} ${'x'.repeat(10_000)}\n`, i);
  }
  const pieces = backlog.take();
  expect(pieces.at(-1)?.epoch).toBe(99);
  const length = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
  expect(length).toBeGreaterThan(200_000);
  expect(length).toBeLessThan(300_000);
  expect(backlog.take()).toEqual([]);
  backlog.add('stderr', 'y'.repeat(1_000_000), 0);
  expect(backlog.take()[0]?.text.length).toBe(262_144);
});
