import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { execute, open, ready, restartKernel, LONG } from './browser.js';
import { Desk } from './desk.js';
import { Lab } from './lab.js';
import {
  panelShows,
  reach,
  row,
  runCell,
  runOf,
  savedOutputs,
  stateOf,
  steps,
  touch
} from './runs.js';

const desk = Desk.forFile();

describe('when the page, the kernel or the server starts again', () => {
  let page: Page;
  let name: string;
  let stop: string;
  let count = 0;

  beforeEach(async () => {
    count += 1;
    name = `steps${count}.ipynb`;
    stop = join(desk.lab.folder, `stop${count}`);
    desk.lab.writeNotebook(name, [{ source: steps(stop) }]);
    page = await desk.open(name);
    page.on('dialog', dialog => void dialog.accept());
    await runCell(page, 0);
    await row(runOf(page, 0), '[0] step 1 rank 0').waitFor();
  });

  test('a reloaded page shows the run as it is now, and saves its end', async () => {
    // The file has no output of this run yet.
    await page.reload();
    await ready(page);
    const run = runOf(page, 0);
    await row(run, '[0] step 0 rank 0').waitFor();
    expect(await stateOf(run)).toBe('running');
    // Not their number: of many rows a constant number is shown.
    const newest = run.locator('.jp-Rankbook-row').last();
    const seen = await newest.textContent();
    await expect.poll(() => newest.textContent(), { timeout: LONG }).not.toBe(seen);
    touch(stop);
    await reach(run, 'done');
    await row(run, '[3] rank 3 has stopped').waitFor();
    const outputs = await savedOutputs(page, desk.lab, name, 'done');
    expect(outputs).toHaveLength(1);
    expect([outputs[0]?.data['text/plain']].flat().join('')).toContain('rank 3 has stopped');
    expect(outputs[0]?.data['text/html']).toBeDefined();
  });

  test('a page reloaded with the run in its file goes on with it', async () => {
    await execute(page, 'docmanager:save');
    await page.reload();
    await ready(page);
    const run = runOf(page, 0);
    await reach(run, 'running');
    expect(await page.locator('.jp-Rankbook').count()).toBe(1);
    touch(stop);
    await reach(run, 'done');
    await savedOutputs(page, desk.lab, name, 'done');
  });

  test('outputs that are cleared in mid-run are there again when the run has ended', async () => {
    const run = runOf(page, 0);
    await execute(page, 'notebook:clear-cell-output');
    await expect.poll(() => run.count(), { timeout: LONG }).toBe(0);
    touch(stop);
    await reach(run, 'done');
    await row(run, '[3] rank 3 has stopped').waitFor();
    expect(await savedOutputs(page, desk.lab, name, 'done')).toHaveLength(1);
  });

  test('a run is interrupted by a restart of the kernel, and the next one is live again', async () => {
    const run = runOf(page, 0);
    await restartKernel(page);
    await reach(run, 'interrupted');
    const [stored] = await savedOutputs(page, desk.lab, name, 'interrupted');
    expect([stored?.data['text/plain']].flat().join('')).toContain('step 1 rank 0');
    await runCell(page, 0);
    await reach(run, 'running');
    await row(run, '[0] step 2 rank 0').waitFor();
    touch(stop);
    await reach(run, 'done');
  });

  test('a run whose server is gone has no end, and the next cell works', async () => {
    await execute(page, 'docmanager:save');
    await desk.lab.stopServer();
    await desk.lab.startServer();
    await page.goto(desk.lab.url(name));
    await ready(page);
    const run = runOf(page, 0);
    await reach(run, 'end not recorded');
    await row(run, '[0] step 1 rank 0').waitFor();
    touch(stop);
    await runCell(page, 0);
    await reach(run, 'done');
  });
});

describe('Notebook 7', () => {
  test('shows a run live as JupyterLab does', async () => {
    const lab = await Lab.start('notebook');
    onTestFinished(() => lab.stop());
    const stop = join(lab.folder, 'stop');
    lab.writeNotebook('seven.ipynb', [{ source: steps(stop) }]);
    const page = await open(desk.browser, lab.url('seven.ipynb'));
    await runCell(page, 0);
    const run = runOf(page, 0);
    await row(run, '[3] step 1 rank 3').waitFor();
    await run.getByRole('tab', { name: 'Rank 3' }).click();
    await page.keyboard.press('ArrowLeft');
    await panelShows(run, 'step 1 rank 2');
    touch(stop);
    await reach(run, 'done');
  });
});
