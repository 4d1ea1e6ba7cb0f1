import { describe, expect, test } from 'vitest';
import { run } from './simulate.js';
import { WRONG_COLLECTIVES } from './wrong-collectives.js';
import { WRONG_MESSAGES } from './wrong-messages.js';

const WRONG = [...WRONG_MESSAGES, ...WRONG_COLLECTIVES];

describe('programs that hang', () => {
  test.each(WRONG)('$name', ({ program, problem, ranks }) => {
    const verdict = run(program()).deadlock(8);
    expect(verdict).toMatchObject({ problem, ranks });
    const { text, title, own } = verdict ?? { text: '', title: '', own: new Map<number, string>() };
    expect(text.startsWith(`${title}\n`)).toBe(true);
    expect(text.split('\n').length).toBeLessThan(24);
    expect(text.length).toBeLessThan(3000);
    expect(text).toContain('Hint: ');
    expect([...own.keys()]).toEqual(ranks);
    for (const [rank, mine] of own) {
      const [first, row] = mine.split('\n');
      expect(`Deadlock: ${first}`).toBe(title);
      expect(row).toMatch(new RegExp(`^  rank ${rank} +line \\d+ .*waits (for|in) `));
    }
  });

  test('are explained in words that were read and found clear', async () => {
    const texts = WRONG.map(
      ({ name, program }) => `# ${name}\n${run(program()).deadlock(8)?.text}\n`
    );
    await expect(texts.join('\n')).toMatchFileSnapshot('explanations.txt');
  });

  test('the set is large', () => {
    expect(WRONG.length).toBeGreaterThanOrEqual(60);
    expect(new Set(WRONG.map(({ name }) => name)).size).toBe(WRONG.length);
  });
});
