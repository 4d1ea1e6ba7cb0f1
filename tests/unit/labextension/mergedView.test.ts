import { describe, expect, test } from 'vitest';

import type { MimeBundle, RankOutput } from '../../../src/protocol/index.js';
import { makeRun, stdout } from './runs.js';
import { sameErrorCases } from '../sameErrorCases.js';
import { panelText, rows, settled, show, tab } from './views.js';

describe('all ranks in one', () => {
  test('shows head and tail of a long run, and more when asked', async () => {
    const text = Array.from({ length: 2600 }, (_, i) => `line ${i}\n`).join('');
    const view = await show(makeRun([{ outputs: [stdout(text)] }, {}]));
    expect(rows(view)).toHaveLength(500);
    expect(rows(view)[199]).toBe('[0] line 199');
    expect(rows(view)[200]).toBe('[0] line 2300');
    const button = view.node.querySelector<HTMLElement>('.jp-Rankbook-merged > button');
    expect(button?.textContent).toBe('2100 lines not shown: show 2000 more');
    button?.click();
    expect(button?.textContent).toBe('100 lines not shown: show 100 more');
    button?.click();
    expect(button?.hidden).toBe(true);
    expect(rows(view).map(row => row.slice(4))).toEqual(text.trimEnd().split('\n'));
  }, 60_000);

  test('has results of mere text in the line of their rank', async () => {
    const result = (data: object): RankOutput => ({
      output_type: 'execute_result',
      execution_count: null,
      data: data as MimeBundle,
      metadata: {}
    });
    const view = await show(
      makeRun([
        { outputs: [result({ 'text/plain': '[[1 2]\n [3 4]]' })] },
        { outputs: [result({ 'text/plain': 'table', 'text/html': '<b>table</b>' })] }
      ])
    );
    await settled();
    expect(rows(view)).toEqual(['[0] [[1 2]\n [3 4]]', '[1] table']);
    expect(view.node.querySelectorAll('.jp-OutputArea')).toHaveLength(1);
    expect(view.node.querySelector('.jp-OutputArea b')?.textContent).toBe('table');
  });
});

describe('tracebacks that ranks have in common', () => {
  test.each(sameErrorCases)(
    'are folded as the kernel folds them: $name',
    async ({ errors, said }) => {
      const outputs = [0, 1, 2, 3].map(rank =>
        errors.filter(error => error.rank === rank).map(error => error.output)
      );
      const view = await show(makeRun(outputs.map(list => ({ outputs: list }))));
      await settled();
      const texts = [...view.node.querySelectorAll('.jp-Rankbook-row')].map(row =>
        row.matches('.jp-mod-folded') ? row.querySelector('pre')?.textContent : null
      );
      expect(texts).toEqual(said);
    }
  );

  test('are those of the rank that came first, and open in place', async () => {
    const error = sameErrorCases[0]?.errors[0]?.output;
    const ranks = [0, 1].map(() => ({ outputs: error ? [error] : [] }));
    const view = await show(makeRun(ranks, { order: [1, 1, 0, 1] }));
    await settled();
    expect(rows(view)[0]).toContain('[1] -----');
    expect(rows(view)[1]).toBe('[0] ValueError as on rank 1Show traceback');
    const button = view.node.querySelector<HTMLElement>('.jp-mod-folded button');
    expect(button?.getAttribute('aria-expanded')).toBe('false');
    button?.focus();
    button?.click();
    await settled();
    expect(rows(view)[1]).toMatch(/^\[0\] ValueError as on rank 1Hide traceback-----/);
    expect(button?.getAttribute('aria-expanded')).toBe('true');
    expect(document.activeElement).toBe(button);
    button?.click();
    expect(rows(view)[1]).toBe('[0] ValueError as on rank 1Show traceback');
    expect(view.node.querySelectorAll('.jp-OutputArea')).toHaveLength(1);
  });

  test('are in full in the tab of each rank', async () => {
    const error = sameErrorCases[0]?.errors[0]?.output;
    const view = await show(makeRun([0, 1].map(() => ({ outputs: error ? [error] : [] }))));
    tab(view, '1').click();
    await settled();
    expect(panelText(view)).toContain('Traceback (most recent call last)');
  });
});
