import { describe, expect, test } from 'vitest';

import {
  cellLanguage,
  magicNameLength,
  runsOnRanks,
  toggleRanks
} from '../../../src/models/magicLine.js';
import { openingTab } from '../../../src/models/opening.js';
import { readRun } from '../../../src/models/bundle.js';
import { Settings } from '../../../src/models/settings.js';
import { RUN_MIME } from '../../../src/protocol/index.js';
import { makeRun } from './runs.js';

describe('cellLanguage', () => {
  test.each([
    ['%%mpirun -n 4', { kind: 'python' }],
    ['%%rank 0', { kind: 'python' }],
    ['%%ranks 0,2-3', { kind: 'python' }],
    ['%%local', { kind: 'python' }],
    ['%mpirun -n 4 heat.py', { kind: 'python' }],
    ['%autompirun -n 4', { kind: 'python' }],
    ['%world', { kind: 'python' }],
    ['!mpiexec -n 4 python heat.py', { kind: 'python' }],
    ['! mpirun -np 4 ./a.out', { kind: 'python' }],
    ['%time f()', null],
    ['!ls', null],
    ['!mpicc -o a.out a.c', null],
    ['%%writefile heat.c', { kind: 'file', name: 'heat.c' }],
    ['%%writefile -a "my code.f90"', { kind: 'file', name: 'my code.f90' }],
    ['%%writefile', null],
    ['%%ranking', null],
    ['%%html', null],
    ['print(1)', null]
  ])('%s', (line, language) => {
    expect(cellLanguage(line)).toEqual(language);
  });
});

test.each([
  ['%%mpirun -n 4', '%%mpirun'],
  ['%world', '%world'],
  ['! mpirun -np 4 ./a.out', '! mpirun'],
  ['%%writefile heat.c', '%%writefile']
])('magicNameLength: %s', (line, name) => {
  expect(line.slice(0, magicNameLength(line))).toBe(name);
});

describe('toggleRanks', () => {
  const options = { ranks: 4, engine: 'auto' } as const;
  const toggled = (source: string, engine: 'auto' | 'mpiexec' = 'auto'): string | null => {
    const edit = toggleRanks(source, { ...options, engine });
    return edit && source.slice(0, edit.start) + edit.text + source.slice(edit.end);
  };

  test('writes the magic line and takes it away', () => {
    expect(toggled('print(1)\n')).toBe('%%mpirun -n 4\nprint(1)\n');
    expect(toggled('print(1)', 'mpiexec')).toBe('%%mpirun -n 4 --engine mpiexec\nprint(1)');
    expect(toggled('%%mpirun -n 2 --fresh\nprint(1)')).toBe('print(1)');
    expect(toggled('\n%%mpirun\nx')).toBe('\nx');
    expect(toggled('%%mpirun -n 3')).toBe('');
    expect(toggled('')).toBe('%%mpirun -n 4\n');
  });

  test('leaves cells of other magics alone', () => {
    expect(toggled('%%rank 0\nx')).toBeNull();
    expect(toggled('%%html\nx')).toBeNull();
    expect(toggled('%time f()')).toBe('%%mpirun -n 4\n%time f()');
    expect(runsOnRanks('%%mpirunner')).toBe(false);
  });
});

describe('openingTab', () => {
  test('is the first rank with an error, else as set', () => {
    const failed = makeRun([{}, { state: 'interrupted' }, { state: 'dead' }, { state: 'error' }]);
    expect(openingTab(failed, 'all')).toBe(3);
    expect(openingTab(makeRun([{}, {}]), 'all')).toBe('all');
    expect(openingTab(makeRun([{ rank: 3 }, { rank: 5 }]), 'first')).toBe(3);
    expect(openingTab(makeRun([]), 'first')).toBe('all');
  });
});

describe('Settings', () => {
  test('leave the default where a value is not valid', () => {
    const settings = new Settings();
    settings.update({ ranks: 8, engine: 'mpiexec', openingTab: 'first' });
    expect(settings).toMatchObject({ ranks: 8, engine: 'mpiexec', openingTab: 'first' });
    settings.update({ ranks: -1, engine: 'x', openingTab: null });
    expect(settings).toMatchObject({ ranks: 4, engine: 'auto', openingTab: 'all' });
  });
});

describe('readRun', () => {
  test('copies a run and fills in what may be missing', () => {
    const { notices: _notices, order: _order, ...rest } = makeRun([{}]);
    const run = readRun({ [RUN_MIME]: rest });
    expect(run).toMatchObject({ id: 'run-1', notices: [], order: [] });
    expect(run).not.toBe(rest);
  });

  test.each([
    undefined,
    'text',
    { version: 2, id: 'x', ranks: [] },
    { version: 1, ranks: [] },
    { version: 1, id: 'x', ranks: [{ rank: 0 }] },
    { version: 1, id: 'x', ranks: [{ rank: 0, outputs: [{ output_type: 'stream' }] }] },
    { version: 1, id: 'x', ranks: [{ rank: 0, outputs: [{ output_type: 'strange' }] }] }
  ])('refuses what is not a run: %j', value => {
    expect(readRun({ [RUN_MIME]: value })).toBeNull();
  });
});
