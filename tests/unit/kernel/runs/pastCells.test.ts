import { describe, expect, it } from 'vitest';
import { PastCells, sets } from '../../../../kernel/runs/pastCells.js';

describe('a cell that sets a name', () => {
  it.each([
    'n = 1',
    'x = 2; n = 1',
    'a, n = 1, 2',
    '    n: int = 1',
    'n, *rest = values',
    'def n(x):',
    'async def n():',
    'class n(Base):',
    'import numpy as n',
    'from a import b, n',
    'for i, n in enumerate(x):',
    'with open(f) as n:'
  ])('%j', line => {
    expect(sets(`import os\n${line}\n`, 'n')).toBe(true);
  });

  it.each([
    'print(n)',
    'f(n=1)',
    'n == 1',
    'a.n = 1',
    'nn = 1',
    'x = n',
    'import n as m',
    'for i in n:',
    'n[0] = 1',
    'n'
  ])('is not %j', line => {
    expect(sets(line, 'n')).toBe(false);
  });
});

it('is not looked for where it is no name', () => {
  expect(sets('( = 1', '(')).toBe(false);
});

describe('where a name was set', () => {
  const two = { id: 'w1', name: '2', size: 2 };
  const four = { id: 'w2', name: '4', size: 4 };
  const all = [0, 1, 2, 3];

  function past(): PastCells {
    const cells = new PastCells();
    cells.add({ world: two, ranks: [0, 1], cell: 3, source: '\ntotal = 5' });
    cells.add({ world: four, ranks: [0], cell: 4, source: '\nroot = 5' });
    return cells;
  }

  it('is told of another world, other ranks, and a world before', () => {
    expect(past().whoSet('total', four, all)).toBe(
      'Hint: cell [3] has set total on the world of 2 ranks, and this is another one: each world ' +
        'has variables of its own. Run that cell on this one too.'
    );
    expect(past().whoSet('root', four, [1])).toBe(
      'Hint: cell [4] has set root on rank 0 only; each rank has variables of its own.'
    );
    expect(past().whoSet('root', { ...four, id: 'w3' }, all)).toBe(
      'Hint: cell [4] has set root before this world was started anew, without its variables. ' +
        'Run that cell again.'
    );
    expect(past().whoSet('total', { id: 'w4', name: 'big', size: 2 }, [0, 1])).toMatch(
      /world of 2/
    );
  });

  it('is not told where nobody knows, or where it was these ranks', () => {
    expect(past().whoSet('other', four, all)).toBeNull();
    expect(past().whoSet('total', two, [0, 1])).toBeNull();
    expect(past().whoSet('root', four, all)).toBeNull();
  });

  it('is remembered of the latest cells only', () => {
    const cells = past();
    for (let cell = 5; cell < 300; cell++) {
      cells.add({ world: two, ranks: [0, 1], cell, source: 'x = 1' });
    }
    expect(cells.whoSet('total', four, all)).toBeNull();
  });
});
