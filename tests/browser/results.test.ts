import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { execute, LONG } from './browser.js';
import { contrasts } from './contrast.js';
import { Desk } from './desk.js';
import { picture } from './picture.js';
import { panelShows, reach, row, rowCount, runCell, runOf, shownPanel, tabShown } from './runs.js';

const desk = Desk.forFile();
let page: Page;

/** Run the first cell of a notebook, in a window of this height. */
async function runNotebook(name: string, sources: string[], height = 800): Promise<Locator> {
  desk.lab.writeNotebook(
    `${name}.ipynb`,
    sources.map(source => ({ source }))
  );
  page = await desk.open(`${name}.ipynb`, { width: 900, height });
  await runCell(page, 0);
  return runOf(page, 0);
}

describe('what a cell shows in the end', () => {
  test('four ranks that say hello', async () => {
    const run = await runNotebook('hello', [
      `%%mpirun -n 4
from mpi4py import MPI
comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
print(f"hello from rank {rank} of {size}")
total = comm.allreduce(rank)
print("sum of ranks:", total)`
    ]);
    await reach(run, 'done');
    const rows = run.locator('.jp-Rankbook-row');
    await expect
      .poll(async () => (await rows.allTextContents()).sort(), { timeout: LONG })
      .toEqual(
        [0, 1, 2, 3]
          .flatMap(rank => [`[${rank}] hello from rank ${rank} of 4`, `[${rank}] sum of ranks: 6`])
          .sort()
      );
    expect(desk.lab.log).not.toContain('build status without nodejs');
    await picture(page, 'quickstart');
    await execute(page, 'notebook:hide-cell-outputs');
    await expect
      .poll(() => page.locator('.jp-OutputPlaceholder').textContent(), { timeout: LONG })
      .toMatch(/^%%mpirun -n 4 · 4 ranks · done in [\d.]+ m?s$/);
  });

  test('the tab of the rank that raised, as readable in the dark; the world goes on', async () => {
    const run = await runNotebook('raise', [
      `%%mpirun -n 4
from mpi4py import MPI
comm = MPI.COMM_WORLD
parts = [10, 20, 0, 40]
print("rank", comm.rank, "starts")
share = 100 / parts[comm.rank]
comm.barrier()`,
      '%%mpirun -n 4\nprint("still", comm.rank, parts)'
    ]);
    await reach(run, 'error');
    await tabShown(run, 'Rank 2: error in line 6');
    await panelShows(run, 'ZeroDivisionError: division by zero');
    // The reply that the cell has ended comes after the end of its run.
    const prompt = page.locator('.jp-InputPrompt').first();
    await expect.poll(() => prompt.textContent(), { timeout: LONG }).toBe('[1]:');
    await panelShows(run, 'In[1], line 6');
    expect(await run.getByRole('alert').first().textContent()).toContain('ank 2');
    await picture(page, 'error');
    await execute(page, 'apputils:change-theme', { theme: 'JupyterLab Dark' });
    await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
    await picture(page, 'dark');
    await run.getByRole('tab', { name: 'All ranks' }).click();
    const words = page.locator('.jp-Rankbook-rowRank, .jp-Rankbook-magicOptions');
    for (const contrast of await contrasts(words)) {
      expect(contrast).toBeGreaterThan(4.5);
    }
    await execute(page, 'apputils:change-theme', { theme: 'JupyterLab Light' });
    await page.locator('body[data-jp-theme-light="true"]').waitFor({ state: 'attached' });
    await runCell(page, 1);
    await row(runOf(page, 1), '[3] still 3 [10, 20, 0, 40]').waitFor();
  });

  test('a figure in the tab of the rank that drew it', async () => {
    const run = await runNotebook(
      'figure',
      [
        `%%mpirun -n 4
import numpy as np
import matplotlib.pyplot as plt
from mpi4py import MPI
comm = MPI.COMM_WORLD
rows = np.arange(comm.rank * 60, comm.rank * 60 + 60)
print(f"rank {comm.rank}: rows {rows[0]} to {rows[-1]}")
part = np.sin(rows[:, None] / 40) * np.cos(np.arange(400) / 60)
whole = comm.gather(part, root=0)
if comm.rank == 0:
    plt.figure(figsize=(5, 3))
    plt.imshow(np.vstack(whole))
    plt.show()`
      ],
      1000
    );
    await reach(run, 'done');
    const image = run.locator('.jp-Rankbook-rank:not(.lm-mod-hidden) img');
    await run.getByRole('tab', { name: 'Rank 1' }).click();
    expect(await image.count()).toBe(0);
    await run.getByRole('tab', { name: 'Rank 0' }).click();
    await image.waitFor();
    const width = await image.evaluate(element => (element as HTMLImageElement).naturalWidth);
    expect(width).toBeGreaterThan(100);
    await picture(page, 'figure');
  });

  test('why two ranks wait for each other', async () => {
    const run = await runNotebook('deadlock', [
      `%%mpirun -n 2
import numpy as np
from mpi4py import MPI
comm = MPI.COMM_WORLD
other = 1 - comm.rank
mine, theirs = np.full(4, comm.rank), np.empty(4, int)
comm.Recv(theirs, source=other)
comm.Send(mine, dest=other)`
    ]);
    await reach(run, 'error');
    const notice = (await run.getByRole('alert').first().textContent()) ?? '';
    expect(notice.toLowerCase()).toContain('deadlock');
    expect(notice).toContain('line 7');
    await picture(page, 'deadlock');
  });

  test('64 ranks, all of them in reach', async () => {
    const run = await runNotebook('many', [
      `%%mpirun -n 64
from mpi4py import MPI
comm = MPI.COMM_WORLD
work = sum(range(comm.rank * 1000, comm.rank * 1000 + 1000))
print("sum here", work, "of", comm.allreduce(work))`
    ]);
    await expect
      .poll(() => run.locator('.jp-Rankbook-state').textContent(), { timeout: 2 * LONG })
      .toBe('done');
    expect(await run.getByRole('tab').count()).toBe(65);
    await expect.poll(() => rowCount(run), { timeout: LONG }).toBe(64);
    await run.getByRole('tab', { name: 'Rank 63' }).click();
    await expect
      .poll(async () => (await shownPanel(run)).trim(), { timeout: LONG })
      .toBe('sum here 63499500 of 2047968000');
    const bar = await run.getByRole('tablist').boundingBox();
    expect(bar?.height).toBeLessThan(140);
    await run.getByRole('tab', { name: 'All ranks' }).click();
    await picture(page, 'ranks-64');
  });
});
