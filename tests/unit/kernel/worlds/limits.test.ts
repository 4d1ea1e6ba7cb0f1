import { describe, expect, it } from 'vitest';
import { limitsOf, refusal } from '../../../../kernel/worlds/limits.js';

const limits = limitsOf({});

describe('limits', () => {
  it('are 64 ranks a world and 128 in all, or what the environment says', () => {
    expect(limits).toEqual({ perWorld: 64, inAll: 128 });
    expect(limitsOf({ RANKBOOK_MAX_RANKS_WORLD: '4', RANKBOOK_MAX_RANKS: '9' })).toEqual({
      perWorld: 4,
      inAll: 9
    });
    expect(limitsOf({ RANKBOOK_MAX_RANKS: 'many' }).inAll).toBe(128);
    expect(limitsOf({ RANKBOOK_MAX_RANKS: '-1' }).inAll).toBe(128);
  });

  it('allow what is within them', () => {
    expect(refusal(64, [{ name: '64', size: 64, idle: true }], limits)).toBeNull();
  });

  it('refuse in words that say what to do', () => {
    expect(refusal(0, [], limits)).toBe('A world needs at least one rank, not 0.');
    expect(refusal(65, [], limits)).toContain('RANKBOOK_MAX_RANKS_WORLD');
    const text = refusal(
      60,
      [
        { name: '60', size: 60, idle: false },
        { name: 'solver', size: 16, idle: true }
      ],
      limits
    );
    expect(text).toContain('60 more ranks beside the 76');
    expect(text).toContain('Idle worlds: solver (16 ranks). Stop one with %world stop solver.');
  });
});
