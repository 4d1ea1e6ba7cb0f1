import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { RUN_MIME } from '../../src/protocol/index.js';
import { execute, LONG } from './browser.js';
import { Desk } from './desk.js';
import { picture } from './picture.js';
import {
  panelShows,
  reach,
  row,
  runCell,
  runOf,
  savedOutputs,
  shownPanel,
  stateOf,
  steps,
  tabShown,
  touch
} from './runs.js';

const desk = Desk.forFile();

describe('a run in JupyterLab', () => {
  test('shows what ranks say while they are running, each in its tab', async () => {
    const stop = join(desk.lab.folder, 'stop');
    desk.lab.writeNotebook('live.ipynb', [{ source: steps(stop) }]);
    const page = await desk.open('live.ipynb');
    await runCell(page, 0);
    const run = runOf(page, 0);
    await row(run, '[3] step 2 rank 3').waitFor();
    expect(await stateOf(run)).toBe('running');
    const world = await run.locator('.jp-Rankbook-world').textContent();
    expect(world).toBe('4 ranks · local · new world');
    await tabShown(run, 'All ranks: running');
    await run.getByRole('tab', { name: 'Rank 2' }).click();
    const seen = await lineCount(run);
    await expect.poll(() => lineCount(run), { timeout: LONG }).toBeGreaterThan(seen + 2);
    expect(await shownPanel(run)).not.toContain('rank 1');
    await run.getByRole('tab', { name: 'All ranks' }).click();
    const whileRunning = await run.locator('.jp-Rankbook-row').allTextContents();
    await run.getByRole('tab', { name: 'Rank 2' }).click();
    touch(stop);
    await reach(run, 'done');
    await tabShown(run, /^Rank 2: done in/);
    await panelShows(run, 'rank 2 has stopped');
    await run.getByRole('tab', { name: 'All ranks' }).click();
    const inTheEnd = await run.locator('.jp-Rankbook-row').allTextContents();
    // Of many rows the first 200 stay for good.
    const stay = Math.min(whileRunning.length, 200);
    expect(inTheEnd.slice(0, stay)).toEqual(whileRunning.slice(0, stay));
    const [stored] = await savedOutputs(page, desk.lab, 'live.ipynb', 'done');
    expect(stored?.data[RUN_MIME]).toMatchObject({ ranks: [{}, {}, {}, {}] });
  });

  test('asks for the input of one rank and says which', async () => {
    desk.lab.writeNotebook('input.ipynb', [
      {
        source: `%%mpirun -n 4
from mpi4py import MPI
comm = MPI.COMM_WORLD
answer = input("How many? ") if comm.rank == 2 else None
print("rank", comm.rank, "heard", comm.bcast(answer, root=2))`
      }
    ]);
    const page = await desk.open('input.ipynb');
    await runCell(page, 0);
    const input = page.locator('.jp-Stdin-input');
    await input.waitFor();
    const prompt = page.locator('.jp-Stdin-prompt');
    await expect.poll(() => prompt.textContent(), { timeout: LONG }).toMatch(/2.*How many\?/);
    await input.fill('forty-two');
    await picture(page, 'input');
    await input.press('Enter');
    const run = runOf(page, 0);
    await reach(run, 'done');
    await row(run, '[0] rank 0 heard forty-two').waitFor();
  });

  test('stops when interrupted, and variables survive', async () => {
    desk.lab.writeNotebook('interrupt.ipynb', [
      { source: steps(join(desk.lab.folder, 'never')) },
      { source: '%%mpirun -n 4\nprint("after", i > 0, MPI.COMM_WORLD.rank)' }
    ]);
    const page = await desk.open('interrupt.ipynb');
    await runCell(page, 0);
    const run = runOf(page, 0);
    await row(run, '[0] step 1 rank 0').waitFor();
    await execute(page, 'notebook:interrupt-kernel');
    await reach(run, 'interrupted');
    const tabs = run.getByRole('tab', { name: /interrupted/ });
    await expect.poll(() => tabs.count(), { timeout: LONG }).toBe(5);
    await runCell(page, 1);
    await row(runOf(page, 1), '[3] after True 3').waitFor();
  });
});

function lineCount(run: Locator): Promise<number> {
  return run
    .locator('.jp-Rankbook-rank:not(.lm-mod-hidden)')
    .innerText()
    .then(text => text.split('\n').length);
}
