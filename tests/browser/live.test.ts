import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { RUN_MIME } from '../../src/protocol/index.js';
import { execute, launch, open } from './browser.js';
import { Lab } from './lab.js';
import {
  LONG,
  reach,
  row,
  runCell,
  runOf,
  savedOutputs,
  selectedTab,
  shownPanel,
  stateOf,
  steps,
  touch
} from './runs.js';

let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  [lab, browser] = await Promise.all([Lab.start(), launch()]);
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

describe('a run in JupyterLab', () => {
  test('shows what ranks say while they are running, each in its tab', async () => {
    const stop = join(lab.folder, 'stop');
    lab.writeNotebook('live.ipynb', [{ source: steps(stop) }]);
    const page = await open(browser, lab.url('live.ipynb'));
    await runCell(page, 0);
    const run = runOf(page, 0);
    await row(run, '[3] step 2 rank 3').waitFor({ timeout: LONG });
    expect(await stateOf(run)).toBe('running');
    expect(await selectedTab(run)).toBe('All ranks: running');
    await run.getByRole('tab', { name: 'Rank 2' }).click();
    const seen = await lineCount(run);
    await expect.poll(() => lineCount(run), { timeout: LONG }).toBeGreaterThan(seen + 2);
    expect(await shownPanel(run)).not.toContain('rank 1');
    touch(stop);
    await reach(run, 'done');
    expect(await selectedTab(run)).toMatch(/^Rank 2: done in/);
    expect(await shownPanel(run)).toContain('rank 2 has stopped');
    const [stored] = await savedOutputs(page, lab, 'live.ipynb');
    expect(stored?.data[RUN_MIME]).toMatchObject({ state: 'done', ranks: [{}, {}, {}, {}] });
    await page.context().close();
  });

  test('opens the tab of the rank that raised, and the world goes on', async () => {
    lab.writeNotebook('raise.ipynb', [
      {
        source: `%%mpirun -n 4
from mpi4py import MPI
comm = MPI.COMM_WORLD
print("rank", comm.rank, "starts", flush=True)
if comm.rank == 2:
    1 / 0
comm.barrier()`
      },
      { source: '%%mpirun -n 4\nprint("still", comm.rank)' }
    ]);
    const page = await open(browser, lab.url('raise.ipynb'));
    await runCell(page, 0);
    const run = runOf(page, 0);
    await reach(run, 'error');
    expect(await selectedTab(run)).toBe('Rank 2: error in line 6');
    expect(await shownPanel(run)).toContain('ZeroDivisionError: division by zero');
    expect(await run.getByRole('alert').first().textContent()).toContain('ank 2');
    await runCell(page, 1);
    await row(runOf(page, 1), '[3] still 3').waitFor({ timeout: LONG });
    await page.context().close();
  });

  test('shows a figure in the tab of the rank that drew it', async () => {
    lab.writeNotebook('figure.ipynb', [
      {
        source: `%%mpirun -n 2
import matplotlib.pyplot as plt
from mpi4py import MPI
if MPI.COMM_WORLD.rank == 1:
    plt.plot([1, 4, 9])
    plt.show()`
      }
    ]);
    const page = await open(browser, lab.url('figure.ipynb'));
    await runCell(page, 0);
    const run = runOf(page, 0);
    await reach(run, 'done');
    const image = run.locator('.jp-Rankbook-rank:not(.lm-mod-hidden) img');
    await run.getByRole('tab', { name: 'Rank 0' }).click();
    expect(await image.count()).toBe(0);
    await run.getByRole('tab', { name: 'Rank 1' }).click();
    await image.waitFor();
    const width = await image.evaluate(element => (element as HTMLImageElement).naturalWidth);
    expect(width).toBeGreaterThan(100);
    await page.context().close();
  });

  test('asks for the input of one rank and says which', async () => {
    lab.writeNotebook('input.ipynb', [
      {
        source: `%%mpirun -n 4
from mpi4py import MPI
comm = MPI.COMM_WORLD
answer = input("How many? ") if comm.rank == 2 else None
print("rank", comm.rank, "heard", comm.bcast(answer, root=2))`
      }
    ]);
    const page = await open(browser, lab.url('input.ipynb'));
    await runCell(page, 0);
    const input = page.locator('.jp-Stdin-input');
    await input.waitFor({ timeout: LONG });
    const prompt = await page.locator('.jp-Stdin-prompt').textContent();
    expect(prompt).toMatch(/2.*How many\?/);
    await input.fill('forty-two');
    await input.press('Enter');
    const run = runOf(page, 0);
    await reach(run, 'done');
    await row(run, '[0] rank 0 heard forty-two').waitFor();
    await page.context().close();
  });

  test('stops when interrupted, and variables survive', async () => {
    lab.writeNotebook('interrupt.ipynb', [
      { source: steps(join(lab.folder, 'never')) },
      { source: '%%mpirun -n 4\nprint("after", i > 0, MPI.COMM_WORLD.rank)' }
    ]);
    const page = await open(browser, lab.url('interrupt.ipynb'));
    await runCell(page, 0);
    const run = runOf(page, 0);
    await row(run, '[0] step 1 rank 0').waitFor({ timeout: LONG });
    await execute(page, 'notebook:interrupt-kernel');
    await reach(run, 'interrupted');
    expect(await run.getByRole('tab', { name: /interrupted/ }).count()).toBe(5);
    await runCell(page, 1);
    await row(runOf(page, 1), '[3] after True 3').waitFor({ timeout: LONG });
    await page.context().close();
  });
});

function lineCount(run: Locator): Promise<number> {
  return run
    .locator('.jp-Rankbook-rank:not(.lm-mod-hidden)')
    .innerText()
    .then(text => text.split('\n').length);
}
