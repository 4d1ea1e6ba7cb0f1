import { describe, expect, it } from 'vitest';
import {
  completeOurs,
  inspectOurs,
  mergeCompletions,
  type INameSources
} from '../../../../kernel/core/completion.js';
import type { Json } from '../../../../kernel/wire/message.js';

const TYPES = '_jupyter_types_experimental';

function reply(matches: string[], start: number, end: number, types = true): Json {
  const typed = matches.map(text => ({ text, type: 'x', start, end }));
  return {
    status: 'ok',
    matches,
    cursor_start: start,
    cursor_end: end,
    metadata: types ? { [TYPES]: typed } : {}
  };
}

const names = (rank: Promise<Json | null>): INameSources => ({
  rank: () => rank,
  delegate: (code, at) => Promise.resolve(reply(['ab', 'ac'], at - code.length, at))
});

describe('mergeCompletions', () => {
  it('has the names of rank 0 first, each name once', () => {
    const merged = mergeCompletions(reply(['az', 'ab'], 0, 1), reply(['ab', 'ac'], 0, 1));
    expect(merged['matches']).toEqual(['az', 'ab', 'ac']);
    expect((merged['metadata'] as Json)[TYPES]).toHaveLength(3);
  });

  it('leaves out types that would hide names', () => {
    const merged = mergeCompletions(reply(['az'], 0, 1, false), reply(['ab'], 0, 1));
    expect(merged['metadata']).toEqual({});
  });

  it('takes the rank alone where the two mean different text', () => {
    const merged = mergeCompletions(reply(['az'], 2, 3), reply(['ab'], 0, 3));
    expect(merged['matches']).toEqual(['az']);
  });

  it('takes the delegate alone where the rank knows nothing', () => {
    const delegate = reply(['ab'], 0, 1);
    expect(mergeCompletions(null, delegate)).toBe(delegate);
    expect(mergeCompletions(reply([], 1, 1), delegate)).toBe(delegate);
  });
});

describe('completeOurs', () => {
  const cell = '%%mpirun -n 4\na';

  it('moves positions to those of the cell', async () => {
    const answer = await completeOurs(cell, cell.length, false, names(Promise.resolve(null)));
    expect(answer).toMatchObject({ matches: ['ab', 'ac'], cursor_start: 14, cursor_end: 15 });
    expect((answer?.['metadata'] as { [TYPES]: Json[] })[TYPES][0]).toMatchObject({ start: 14 });
  });

  it('does not wait for a rank that is busy, or fails', async () => {
    const silent = completeOurs(cell, cell.length, false, names(new Promise(() => undefined)));
    expect(await silent).toMatchObject({ matches: ['ab', 'ac'] });
    const failing = completeOurs(cell, cell.length, false, names(Promise.reject(new Error())));
    expect(await failing).toMatchObject({ matches: ['ab', 'ac'] });
  });

  it('knows the options of our magics', async () => {
    const answer = await completeOurs('%%mpirun --fre', 14, false, names(Promise.resolve(null)));
    expect(answer).toMatchObject({ matches: ['--fresh'], cursor_start: 9, cursor_end: 14 });
  });

  it('leaves plain cells to the delegate, unless they run on ranks', async () => {
    const sources = names(Promise.resolve(reply(['az'], 0, 1)));
    expect(completeOurs('a', 1, false, sources)).toBeNull();
    expect(completeOurs('%time a', 7, true, sources)).toBeNull();
    expect(await completeOurs('a', 1, true, sources)).toMatchObject({
      matches: ['az', 'ab', 'ac']
    });
  });
});

describe('inspectOurs', () => {
  const found = { status: 'ok', found: true, data: { 'text/plain': 'rank' }, metadata: {} };

  it('asks rank 0 first, then the delegate', async () => {
    const cell = '%%mpirun\na';
    expect(await inspectOurs(cell, 10, false, names(Promise.resolve(found)))).toBe(found);
    const missing = names(Promise.resolve({ ...found, found: false }));
    expect(await inspectOurs(cell, 10, false, missing)).toMatchObject({ matches: ['ab', 'ac'] });
  });

  it('explains our magics', async () => {
    const answer = await inspectOurs('%%mpirun -n 4', 3, false, names(Promise.resolve(null)));
    expect(answer).toMatchObject({ found: true });
  });
});
