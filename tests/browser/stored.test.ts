import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { displayOf, makeRun } from '../unit/labextension/runs.js';
import { Desk } from './desk.js';
import { panelShows, tabShown } from './runs.js';
import { failing, hello, many } from './stored.js';

const desk = Desk.forFile();

beforeAll(() => {
  for (const [name, { source, run }] of Object.entries({
    hello,
    failing,
    many,
    sixteen: { ...hello, run: makeRun(Array.from({ length: 16 }, () => ({}))) }
  })) {
    desk.lab.writeNotebook(`${name}.ipynb`, [{ source, outputs: [displayOf(run)] }]);
  }
});

describe('a stored run', () => {
  test('opens with all ranks, and rank tabs work by mouse and keyboard', async () => {
    const page = await desk.open('hello.ipynb');
    const run = page.locator('.jp-Rankbook');
    await run.waitFor();
    expect(await texts(run.locator('.jp-Rankbook-row'))).toEqual([
      '[0] hello from rank 0 of 4',
      '[2] hello from rank 2 of 4',
      '[3] hello from rank 3 of 4',
      '[1] hello from rank 1 of 4',
      '[1] sum of ranks: 6',
      '[0] sum of ranks: 6',
      '[3] sum of ranks: 6',
      '[2] sum of ranks: 6'
    ]);
    await run.getByRole('tab', { name: 'Rank 2' }).click();
    await panelShows(run, 'hello from rank 2 of 4');
    await page.keyboard.press('ArrowRight');
    await tabShown(run, 'Rank 3: done in 13 ms');
    await panelShows(run, 'hello from rank 3 of 4');
    await page.keyboard.press('Home');
    await tabShown(run, 'All ranks: done');
    await page.keyboard.press('ArrowLeft');
    await tabShown(run, 'Rank 3: done in 13 ms');
  });

  test('opens at the first rank with an error', async () => {
    const page = await desk.open('failing.ipynb');
    const run = page.locator('.jp-Rankbook');
    await run.waitFor();
    await tabShown(run, 'Rank 2: error in line 6');
    await panelShows(run, 'ZeroDivisionError: division by zero');
    expect(await run.getByRole('alert').textContent()).toContain('Rank 2 raised');
  });

  test('has the tabs of 16 ranks in one line', async () => {
    const page = await desk.open('sixteen.ipynb', { width: 1000, height: 800 });
    const tabs = page.locator('.jp-Rankbook [role=tab]');
    await tabs.last().waitFor();
    const tops = await tabs.evaluateAll(all => all.map(tab => tab.getBoundingClientRect().top));
    expect(tops).toHaveLength(17);
    expect(new Set(tops).size).toBe(1);
  });

  test('keeps 64 tabs in reach', async () => {
    const page = await desk.open('many.ipynb');
    const run = page.locator('.jp-Rankbook');
    await run.waitFor();
    expect(await run.getByRole('tab').count()).toBe(65);
    await tabShown(run, 'Rank 17: process ended');
    await run.getByRole('tab', { name: 'Rank 63' }).click();
    await panelShows(run, 'rank 63: local sum 63000');
    const bar = await run.getByRole('tablist').boundingBox();
    expect(bar?.height).toBeLessThan(140);
    await run.getByRole('tab', { name: 'All ranks' }).click();
  });
});

function texts(rows: Locator): Promise<string[]> {
  return rows.evaluateAll(elements => elements.map(element => element.textContent ?? ''));
}
