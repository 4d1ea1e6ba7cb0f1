import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { LONG } from './browser.js';
import { contrasts } from './contrast.js';
import { Desk } from './desk.js';
import { reach, row, runCell, runOf } from './runs.js';

const desk = Desk.forFile();
let page: Page;

describe('the tab of all ranks', () => {
  test('has the traceback of an error of all ranks once, and opens those of others', async () => {
    desk.lab.writeNotebook('same.ipynb', [
      { source: '%%mpirun -n 4\ndef work(parts):\n    return missing[parts]\n\nwork(3)' }
    ]);
    page = await desk.open('same.ipynb');
    await runCell(page, 0);
    const run = runOf(page, 0);
    await reach(run, 'error');
    await run.getByRole('tab', { name: 'All ranks' }).click();
    const all = run.locator('.jp-Rankbook-merged');
    const tracebacks = all.getByText('Traceback (most recent call last)');
    await expect.poll(() => tracebacks.count(), { timeout: LONG }).toBe(1);
    const rows = all.locator('.jp-Rankbook-row');
    const first = /^\[(\d)\]/.exec((await rows.first().textContent()) ?? '')?.[1];
    const folded = all.locator('.jp-mod-folded > pre');
    expect(await folded.allTextContents()).toEqual(Array(3).fill(`NameError as on rank ${first}`));
    const button = all.getByRole('button', { name: 'Show traceback' }).last();
    for (const contrast of await contrasts(all.locator('.jp-mod-folded button'))) {
      expect(contrast).toBeGreaterThan(4.5);
    }
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => tracebacks.count(), { timeout: LONG }).toBe(2);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Hide traceback');
    await page.keyboard.press('Enter');
    await expect.poll(() => tracebacks.count(), { timeout: LONG }).toBe(1);
  });

  test('is copied with the rank before each line', async () => {
    desk.lab.writeNotebook('copied.ipynb', [
      {
        source: `%%mpirun -n 2
from mpi4py import MPI
rank = MPI.COMM_WORLD.rank
MPI.COMM_WORLD.barrier() if rank == 0 else print("  line of", rank, flush=True)
print("x" * 200) if rank == 0 else MPI.COMM_WORLD.barrier()
{"rank": rank} if rank == 0 else None`
      }
    ]);
    page = await desk.open('copied.ipynb');
    await runCell(page, 0);
    const run = runOf(page, 0);
    await reach(run, 'done');
    await row(run, "{'rank': 0}").waitFor();
    const copied = await run.locator('.jp-Rankbook-merged').evaluate(all => {
      getSelection()?.selectAllChildren(all);
      return getSelection()?.toString();
    });
    const lines = ['[1]   line of 1', `[0] ${'x'.repeat(200)}`, "[0] {'rank': 0}"];
    expect(copied?.trimEnd().split('\n')).toEqual(lines);
    // Text that is broken goes on below itself, not below the rank.
    const boxes = await run
      .locator('.jp-Rankbook-row', { hasText: 'xxx' })
      .evaluate(element => [...(element.querySelector('pre')?.getClientRects() ?? [])]);
    expect(boxes.length).toBeGreaterThan(1);
    expect(new Set(boxes.map(box => Math.round(box.left))).size).toBe(1);
  });

  test('has the rank of a figure at its top', async () => {
    desk.lab.writeNotebook('drawn.ipynb', [
      {
        source: `%%mpirun -n 2
import matplotlib.pyplot as plt
plt.figure(figsize=(3, 2))
plt.plot([1, 2])
plt.show()`
      }
    ]);
    page = await desk.open('drawn.ipynb');
    await runCell(page, 0);
    const run = runOf(page, 0);
    await reach(run, 'done');
    const drawn = run.locator('.jp-Rankbook-row', { has: page.locator('img') });
    await expect.poll(() => drawn.count(), { timeout: LONG }).toBe(2);
    // Images come in one after the other and move what is below them: both are measured at once.
    const measured = (): Promise<{ offset: number; height: number }> =>
      drawn.last().evaluate(row => {
        const box = (part: string): DOMRect | undefined =>
          row.querySelector(part)?.getBoundingClientRect();
        const [label, image] = [box('.jp-Rankbook-rowRank'), box('img')];
        return { offset: (label?.y ?? NaN) - (image?.y ?? NaN), height: image?.height ?? 0 };
      });
    const height = async (): Promise<number> => (await measured()).height;
    await expect.poll(height, { timeout: LONG }).toBeGreaterThan(100);
    expect((await measured()).offset).toBeLessThan(12);
  });
});
