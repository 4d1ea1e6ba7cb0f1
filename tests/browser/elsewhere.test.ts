import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';

import { execute, kernelReady, open, LONG } from './browser.js';
import { Desk } from './desk.js';
import { Lab } from './lab.js';
import { panelShows, reach, row, runCell, runOf } from './runs.js';

const desk = Desk.forFile();
let page: Page;

test('a code console shows a run', async () => {
  desk.lab.writeNotebook('beside.ipynb', [{ source: '1 + 1' }]);
  page = await desk.open('beside.ipynb');
  await execute(page, 'console:create', {
    kernelPreference: { name: 'rankbook' },
    insertMode: 'tab-after'
  });
  const prompt = page.locator('.jp-CodeConsole-promptCell .cm-content');
  await prompt.click();
  await kernelReady(page, '.jp-ConsolePanel');
  await page.keyboard.insertText(
    '%%mpirun -n 2\nfrom mpi4py import MPI\nprint("rank", MPI.COMM_WORLD.rank, "in a console")'
  );
  await page.keyboard.press('Shift+Enter');
  const run = page.locator('.jp-CodeConsole .jp-Rankbook');
  await reach(run, 'done');
  await row(run, '[1] rank 1 in a console').waitFor();
  await run.getByRole('tab', { name: 'Rank 0' }).click();
  await panelShows(run, 'rank 0 in a console');
});

describe('a widget of a rank', () => {
  test('is shown as text, with the reason', async () => {
    desk.lab.writeNotebook('widget.ipynb', [
      {
        source: `%%mpirun -n 2
import ipywidgets
from mpi4py import MPI
if MPI.COMM_WORLD.rank == 1:
    display(ipywidgets.IntSlider(value=7))
print("rank goes on")`
      },
      { source: 'import ipywidgets\nipywidgets.IntSlider(value=7)' }
    ]);
    page = await desk.open('widget.ipynb');
    await runCell(page, 0);
    const run = runOf(page, 0);
    await reach(run, 'done');
    await run.getByRole('tab', { name: 'Rank 1' }).click();
    await panelShows(run, 'IntSlider(value=7)');
    await panelShows(run, 'Widgets can be used in plain cells only');
    await panelShows(run, 'rank goes on');
    await runCell(page, 1);
    await page.locator('.jp-Cell').nth(1).locator('.widget-slider').waitFor();
  });
});

test('without the extension a run is shown as HTML, in tabs and with its messages', async () => {
  const bare = await Lab.start();
  onTestFinished(() => bare.stop());
  bare.disableExtension();
  bare.writeNotebook('bare.ipynb', [
    { source: '%%mpirun -n 2\nprint("first")\nmissing' },
    { source: '%%mpirun -n 2\nprint("after")' }
  ]);
  page = await open(desk.browser, bare.url('bare.ipynb'));
  await runCell(page, 0);
  const run = page.locator('.jp-Cell').nth(0).locator('.rb-run');
  // Each update puts all of it in anew, with the tab that it opens with: this has to be the last.
  await page
    .locator('.jp-Cell')
    .nth(0)
    .getByText(/ · error in /)
    .waitFor();
  const notice = run.locator('.rb-notice');
  await notice.getByText('Ranks 0 and 1 raised NameError').waitFor();
  expect(await page.locator('.jp-Rankbook').count()).toBe(0);
  const look = await notice.evaluate(element => {
    const { borderLeftStyle, backgroundColor, fontFamily } = getComputedStyle(element);
    return { borderLeftStyle, backgroundColor, isMono: /mono/i.test(fontFamily) };
  });
  // JupyterLab has rules of its own for what is set here.
  expect(look).toEqual({
    borderLeftStyle: 'solid',
    backgroundColor: 'rgba(128, 128, 128, 0.1)',
    isMono: true
  });
  const shown = run.locator('section:visible');
  await expect.poll(() => shown.innerText(), { timeout: LONG }).toMatch(/^Rank 0: error/);
  await run.locator('label[data-tab="All"]').click();
  const text = await shown.innerText();
  expect(text.match(/Traceback \(most recent call last\)/g)).toHaveLength(1);
  expect(text).toMatch(/\[[01]\] NameError as on rank [01]/);
  await runCell(page, 1);
  await page.locator('.jp-Cell').nth(1).getByText('[1] after').waitFor();
});
