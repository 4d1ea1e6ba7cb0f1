import { afterEach, describe, expect, it, vi } from 'vitest';
import { withoutValues } from '../../../../kernel/runs/values.js';
import { cellSpec, programSpec } from './fakeWorld.js';
import { setting, type ISetting } from './setting.js';

/** A run that ends with these exceptions, by rank and in this order; undefined: it goes well. */
async function run(
  size: number,
  raised: (readonly [number, string, string] | undefined)[]
): Promise<ISetting> {
  const s = setting(size);
  await s.start(cellSpec({ world: { ...cellSpec().world, size } }));
  raised.forEach((one, at) => (one ? s.world.raise(...one) : s.world.done(at)));
  await s.outcome();
  return s;
}

function errors(s: ISetting): string[] {
  return s.cell.model.notices.filter(({ level }) => level === 'error').map(({ text }) => text);
}

const keys = (size: number, keyOf = (rank: number): string => String(rank)) =>
  Array.from({ length: size }, (_, rank) => [rank, 'KeyError', keyOf(rank)] as const);

describe('errors of ranks that differ only in their values', () => {
  afterEach(async () => {
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
  });

  it('are one notice of bounded length', async () => {
    const s = await run(64, keys(64).reverse());
    const told =
      'Ranks 0-63 raised KeyError (line 3 of the cell): 0 on rank 0, 1 on rank 1, 2 on rank 2, ...';
    expect(errors(s)).toEqual([told]);
    expect(s.cell.model.notices[0]?.ranks).toHaveLength(64);
    expect(s.cell.plain.split('\n')[0]).toBe(told);
    expect(s.cell.bundle['text/html']).toContain(`>${told}</pre>`);
  });

  it('are told all where there are four', async () => {
    const s = await run(
      6,
      keys(6, rank => `'${'abac'[rank] ?? 'd'}'`)
    );
    expect(errors(s)).toEqual([
      "Ranks 0-5 raised KeyError (line 3 of the cell): 'a' on ranks 0 and 2, 'b' on rank 1, " +
        "'c' on rank 3, 'd' on ranks 4 and 5"
    ]);
  });

  it('name in the reply the rank that has failed first, with what it said', async () => {
    const s = await run(4, [
      [2, 'KeyError', '7'],
      [0, 'KeyError', '5'],
      [3, 'KeyError', '7'],
      [1, 'KeyError', '6']
    ]);
    expect(s.settled).toMatchObject({
      ename: 'KeyError',
      evalue: '[ranks 2 and 3] 7',
      traceback: [
        'Ranks 0-3 raised KeyError (line 3 of the cell): 5 on rank 0, 6 on rank 1, 7 on ranks 2 and 3',
        '\x1b[31mKeyError\x1b[39m: 7'
      ]
    });
    expect(s.cell.published.at(-1)?.content).toMatchObject({ evalue: 'ranks 2 and 3: 7' });
  });

  it('have a row each where messages are long', async () => {
    const index = (rank: number): string =>
      `index ${rank + 5} is out of bounds for axis 0 with size 5`;
    const of = (size: number): (readonly [number, string, string])[] =>
      Array.from({ length: size }, (_, rank) => [rank, 'IndexError', index(rank)] as const);
    const many = await run(16, of(16));
    expect(errors(many)).toEqual([
      'Ranks 0-15 raised IndexError (line 3 of the cell):\n' +
        `  rank 0   ${index(0)}\n  rank 1   ${index(1)}\n  rank 2   ${index(2)}\n  ... and 13 more`
    ]);
    expect(many.cell.published.at(-1)?.content).toMatchObject({
      evalue: `rank 0: ${index(0)}`,
      traceback: ['Ranks 0-15 raised IndexError (line 3 of the cell)']
    });
    const [told] = errors(await run(4, [...of(3), undefined]));
    expect(told?.split('\n')).toHaveLength(4);
    const cut = await run(
      4,
      keys(4, rank => `${rank} ${'x'.repeat(5000)}`)
    );
    expect(errors(cut)[0]?.length).toBeLessThan(1500);
  });

  it('keep what is to be done about them', async () => {
    const s = await run(
      4,
      [4, 5, 6, 7].map((to, rank) => [
        rank,
        'Exception',
        `Invalid rank, error stack:\nMPI_Send(1): Invalid rank has value ${to} but must be less than 4`
      ])
    );
    expect(errors(s)).toHaveLength(1);
    expect(errors(s)[0]).toMatch(
      /^Ranks 0-3 raised MPI\.Exception \(line 3 of the cell\):\n {2}rank 0/
    );
    expect(errors(s)[0]).toMatch(/\nHint: ranks go from 0 to size - 1\./);
  });

  it('are several notices where they are of another kind or in another line', async () => {
    const s = setting();
    await s.start();
    s.world.raise(0, 'KeyError', '0', 3);
    s.world.raise(1, 'KeyError', '1', 4);
    s.world.raise(2, 'IndexError', '2', 3);
    s.world.raise(3, 'NameError', "name 'a' is not defined", 3);
    await s.outcome();
    expect(errors(s)).toHaveLength(4);
  });

  it('are one notice of a program too', async () => {
    const s = setting();
    await s.start(programSpec('path', ['heat.py']));
    [0, 1, 2, 3].forEach(rank => {
      const error = { ename: 'KeyError', evalue: `${rank}`, traceback: [], line: null };
      s.world.done(rank, { status: 'error', code: 1, error: { ...error, place: 'heat.py:12' } });
      s.world.exit(rank, { code: 1, cause: 'process ended with exit code 1' });
    });
    expect(await s.outcome()).toMatchObject({
      ename: 'ProgramError',
      evalue: '[rank 0] exit code 1 (KeyError: 0, heat.py:12)'
    });
    expect(errors(s)).toEqual([
      'Ranks 0-3 ended with exit code 1 (KeyError, heat.py:12): ' +
        '0 on rank 0, 1 on rank 1, 2 on rank 2, 3 on rank 3'
    ]);
  });
});

describe('a message without its values', () => {
  it.each([
    ['IndexError', 'index 5 is out of bounds', 'index -1 is out of bounds'],
    ['ValueError', "invalid literal for int(): 'a3'", "invalid literal for int(): 'b'"],
    ['ValueError', 'step 3 of 1e-5 failed', 'step 14 of 0.25 failed'],
    ['FileNotFoundError', "No such file: 'data_1.txt'", "No such file: 'data_2.txt'"],
    ['KeyError', "'a'", '(1, 2)']
  ])('%s: %s, %s are the same', (ename, one, other) => {
    expect(withoutValues(ename, one)).toBe(withoutValues(ename, other));
  });

  it.each([
    ['NameError', "name 'a' is not defined", "name 'b' is not defined"],
    ['NameError', "name 'x1' is not defined", "name 'x2' is not defined"],
    ['TypeError', "unsupported operand: 'NoneType'", "unsupported operand: 'str'"],
    ['ValueError', 'too small', 'too large'],
    ['KeyError', '', '3']
  ])('%s: %s, %s are not', (ename, one, other) => {
    expect(withoutValues(ename, one)).not.toBe(withoutValues(ename, other));
  });
});
