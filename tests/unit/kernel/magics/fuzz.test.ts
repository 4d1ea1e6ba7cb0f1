import { expect, test } from 'vitest';
import {
  completeCell,
  inspectCell,
  isCompleteCell,
  parseCell,
  parseMagicCall
} from '../../../../kernel/magics/index.js';
import { OPTIONS } from '../../../../kernel/magics/options.js';

/** mulberry32: the same cells in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const PIECES = [
  ...[
    '%%mpirun',
    '%mpirun',
    '%%rank',
    '%%ranks',
    '%autompirun',
    '%world',
    '%%writefile',
    '%%local'
  ],
  ...[
    '!mpiexec',
    '!mpirun',
    '%%file',
    '?',
    '??',
    '%',
    '%%',
    '!',
    '#',
    '\\',
    "'",
    '"',
    '=',
    '-',
    '--'
  ],
  ...[' ', ' ', ' ', ' ', ' ', '\n', '\n', '\r\n', '\t', '\u00a0', '🦆', '\ud83e', 'é', '\0', ':'],
  ...[
    '4',
    '0',
    '-1',
    '0,2-3',
    '9-',
    'tabs',
    'merged',
    'stop',
    'off',
    'a.py',
    'python',
    '-m',
    'A=b'
  ],
  ...['{n}', '$n', '|', ';', 'x = 1', 'print(1)', '__proto__', 'constructor'],
  ...OPTIONS.flatMap(option => option.names)
];

test('no cell makes the parser throw or point outside of its line', () => {
  const random = randomNumbers(20);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const kinds = new Map<string, number>();
  for (let round = 0; round < 12000; round++) {
    let source = random() < 0.8 ? pick(PIECES.slice(0, 10)) : '';
    const size = Math.floor(random() * 10);
    for (let piece = 0; piece < size; piece++) {
      source += (random() < 0.5 ? ' ' : '') + pick(PIECES);
    }
    const auto = random() < 0.2 ? pick(['', '-n 4', '--bogus', "'"]) : null;
    const points = Array.from(source).length;
    const plans = [
      parseCell(source, auto),
      parseMagicCall(pick(PIECES.slice(0, 8)), source, random() < 0.5 ? null : source)
    ];
    for (const found of plans) {
      kinds.set(found.kind, (kinds.get(found.kind) ?? 0) + 1);
      if (found.kind === 'mistake') {
        const { line, column, length, lineNumber, message } = found.mistake;
        expect(message).not.toBe('');
        expect(column).toBeGreaterThanOrEqual(0);
        expect(length).toBeGreaterThanOrEqual(1);
        expect(column + length).toBeLessThanOrEqual(Array.from(line).length);
        expect(lineNumber).toBeGreaterThanOrEqual(1);
        expect(lineNumber).toBeLessThanOrEqual(source.split('\n').length);
      } else if (found.kind === 'run' && found.spec.work.kind === 'cell') {
        expect(found.spec.world.size ?? 1).toBeGreaterThanOrEqual(1);
      }
    }
    const cursor = Math.floor(random() * (points + 3)) - 1;
    const completion = completeCell(source, cursor);
    if (completion?.kind === 'magic') {
      expect(completion.cursorStart).toBeGreaterThanOrEqual(0);
      expect(completion.cursorStart).toBeLessThanOrEqual(completion.cursorEnd);
      expect(completion.cursorEnd).toBeLessThanOrEqual(points);
    } else if (completion?.kind === 'body') {
      expect(completion.shift + Array.from(completion.code).length).toBe(points);
    }
    inspectCell(source, cursor);
    isCompleteCell(source);
  }
  for (const kind of ['delegate', 'run', 'world', 'auto', 'writefile', 'help', 'mistake']) {
    expect(kinds.get(kind), kind).toBeGreaterThan(20);
  }
});

test('a plain cell costs no more than a look at its first character', () => {
  const source = 'x = 1  # %%mpirun\n'.repeat(200000);
  const started = performance.now();
  for (let round = 0; round < 1000; round++) {
    parseCell(source, null);
  }
  expect(performance.now() - started).toBeLessThan(100);
});

test('a huge cell is parsed in time that is linear in its text', () => {
  const started = performance.now();
  parseCell(`%%mpirun -n 4\n${' \n\t# '.repeat(200000)}`, null);
  parseCell(`%mpirun -n 4 a.py\n${' \n'.repeat(200000)}x`, null);
  parseCell(`%%mpirun ${'a '.repeat(100000)}`, null);
  expect(performance.now() - started).toBeLessThan(2000);
});
