import { describe, expect, test } from 'vitest';
import { IPYTHON_RULES, SHELL_RULES, splitWords } from '../../../../kernel/magics/words.js';

const shell = (line: string): string[] => splitWords(line, 0, SHELL_RULES).words.map(w => w.text);

describe('words as a shell splits them', () => {
  test.each([
    ['', []],
    ['  \t ', []],
    ['a bc  d', ['a', 'bc', 'd']],
    [`'a b' c`, ['a b', 'c']],
    [`"a b" c`, ['a b', 'c']],
    [`a'b c'd`, ['ab cd']],
    [`''`, ['']],
    [`a\\ b`, ['a b']],
    [`'a\\b'`, ['a\\b']],
    [`"a\\b"`, ['a\\b']],
    [`"a\\"b"`, ['a"b']],
    [`"a\\\\b"`, ['a\\b']],
    [`"it's"`, [`it's`]],
    ['-n 4 # four', ['-n', '4']],
    ['a#b', ['a#b']],
    [`'#' a`, ['#', 'a']],
    ['-n\u00a04', ['-n', '4']],
    ['naïve 🦆 x', ['naïve', '🦆', 'x']]
  ])('%j', (line, words) => {
    expect(shell(line)).toEqual(words);
  });

  test('columns are code points of the line', () => {
    const [, second, third] = splitWords(`🦆 "a b" 'é'x`, 0, SHELL_RULES).words;
    expect(second).toMatchObject({ text: 'a b', column: 2, length: 5, columns: [3, 4, 5] });
    expect(third).toMatchObject({ text: 'éx', column: 8, length: 4, columns: [9, 11] });
  });

  test('words begin at a column', () => {
    expect(splitWords('%%mpirun -n 4', 8, SHELL_RULES).words.map(w => w.column)).toEqual([9, 12]);
  });

  test.each([
    [`a 'b c`, { column: 2, what: 'quote' }],
    [`a"`, { column: 1, what: 'quote' }],
    ['a \\', { column: 2, what: 'backslash' }]
  ])('%j is left open', (line, open) => {
    expect(splitWords(line, 0, SHELL_RULES).open).toEqual(open);
  });
});

describe('words as IPython splits them', () => {
  test.each([
    ['a\\b', ['a\\b']],
    ['#a b', ['#a', 'b']],
    [`"a b"`, ['a b']]
  ])('%j', (line, words) => {
    expect(splitWords(line, 0, IPYTHON_RULES).words.map(w => w.text)).toEqual(words);
  });
});
