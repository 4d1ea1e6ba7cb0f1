import { expect, test } from 'vitest';

import { finalBundle } from '../../../kernel/output/index.js';
import { plainText } from '../../../src/models/plain.js';
import type { RankOutput } from '../../../src/protocol/index.js';
import { makeRun, stderr, stdout } from './runs.js';

const shown: RankOutput = {
  output_type: 'display_data',
  data: { 'text/plain': 'array([[1, 2],\n       [3, 4]])' },
  metadata: {}
};
const failed: RankOutput = {
  output_type: 'error',
  ename: 'ValueError',
  evalue: 'negative',
  traceback: ['\u001b[31mTraceback\u001b[0m', 'ValueError: negative']
};

test('a run that goes on has the text form that the kernel will give it', () => {
  const run = makeRun(
    [
      { outputs: [stdout('a\n\u001b[32mb\u001b[0m'), stderr('c\n'), shown] },
      {},
      { outputs: [stdout('no newline'), shown, stdout('after'), failed] },
      ...Array.from({ length: 8 }, () => ({ outputs: [stdout('x\n')] }))
    ],
    { notices: [{ level: 'warning', text: 'One.\nTwo.' }] }
  );
  expect(plainText(run)).toBe(finalBundle(run)['text/plain']);
});

test('has the last state of a progress bar, and the command where nothing was said', () => {
  expect(plainText(makeRun([{ outputs: [stdout('\r 1/2\r 2/2\n')] }]))).toBe('[0]  2/2');
  expect(plainText(makeRun([{}, {}]))).toBe('%%mpirun -n 2');
});
