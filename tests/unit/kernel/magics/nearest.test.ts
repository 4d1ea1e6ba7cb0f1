import { expect, test } from 'vitest';
import { nearest } from '../../../../kernel/magics/nearest.js';

const NAMES = ['n', 'np', 'ranks', 'fresh', 'timeout', 'view', 'strict', 'save', 'on-deadlock'];

test.each([
  ['fesh', 'fresh'],
  ['frehs', 'fresh'],
  ['Fresh', 'fresh'],
  ['freshh', 'fresh'],
  ['time', 'timeout'],
  ['rank', 'ranks'],
  ['veiw', 'view'],
  ['on-deadlok', 'on-deadlock'],
  ['on', 'on-deadlock'],
  ['N', 'n'],
  ['pn', 'np'],
  ['banana', null],
  ['xyzzy', null],
  ['', null]
])('%j is nearest to %j', (word, expected) => {
  expect(nearest(word, NAMES)).toBe(expected);
});
