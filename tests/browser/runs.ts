import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { RUN_MIME, type IRunModel } from '../../src/protocol/index.js';
import { execute, kernelReady, LONG } from './browser.js';
import type { Lab } from './lab.js';

/** A cell that says `step i rank r` on four ranks until the file `stop` is there. */
export function steps(stop: string): string {
  return `%%mpirun -n 4
import os, time
from mpi4py import MPI
rank = MPI.COMM_WORLD.rank
i = 0
while not os.path.exists(${JSON.stringify(stop)}):
    print("step", i, "rank", rank, flush=True)
    i += 1
    time.sleep(0.2)
print("rank", rank, "has stopped")`;
}

export function touch(file: string): void {
  writeFileSync(file, '');
}

/** Run one cell as a user does, from its editor. */
export async function runCell(page: Page, index: number): Promise<void> {
  await kernelReady(page);
  const editor = page.locator('.jp-Cell').nth(index).locator('.cm-content');
  await editor.click();
  await page.keyboard.press('Control+Enter');
}

/** The output of the run of a cell. */
export function runOf(page: Page, index: number): Locator {
  return page.locator('.jp-Cell').nth(index).locator('.jp-Rankbook');
}

/** A row of the tab with all ranks. */
export function row(run: Locator, text: string): Locator {
  return run.locator('.jp-Rankbook-row', { hasText: text }).first();
}

export function rowCount(run: Locator): Promise<number> {
  return run.locator('.jp-Rankbook-row').count();
}

export async function stateOf(run: Locator): Promise<string> {
  return (await run.locator('.jp-Rankbook-state').textContent()) ?? '';
}

/** Wait for a state of the run, in words. */
export async function reach(run: Locator, state: string): Promise<void> {
  await expect.poll(() => stateOf(run), { timeout: LONG, message: state }).toBe(state);
}

/** Wait for the tab that is shown, by its name for screen readers. */
export async function tabShown(run: Locator, name: string | RegExp): Promise<void> {
  const selected = run.locator('[role=tab][aria-selected=true]');
  await expect
    .poll(() => selected.getAttribute('aria-label'), { timeout: LONG })
    .toEqual(typeof name === 'string' ? name : expect.stringMatching(name));
}

/** What the shown tab has to say. */
export function shownPanel(run: Locator): Promise<string> {
  return run.getByRole('tabpanel').innerText();
}

/** Wait until the shown tab has this text: outputs are put in after the tab has changed. */
export async function panelShows(run: Locator, text: string): Promise<void> {
  await expect.poll(() => shownPanel(run), { timeout: LONG }).toContain(text);
}

export interface IStoredOutput {
  data: { [RUN_MIME]?: IRunModel; 'text/plain': string | string[]; 'text/html'?: unknown };
}

/**
 * Save the notebook and read the outputs of its first cell, once its run stands there in this state:
 * what a page shows comes before what it has to save.
 */
export async function savedOutputs(
  page: Page,
  lab: Lab,
  name: string,
  state: string
): Promise<IStoredOutput[]> {
  let outputs: IStoredOutput[] = [];
  const save = async (): Promise<string | undefined> => {
    await execute(page, 'docmanager:save');
    const file = readFileSync(join(lab.notebooks, name), 'utf8');
    const { cells } = JSON.parse(file) as { cells: { outputs: IStoredOutput[] }[] };
    outputs = cells[0]?.outputs ?? [];
    return outputs[0]?.data[RUN_MIME]?.state;
  };
  await expect.poll(save, { timeout: LONG, interval: 500, message: 'in the file' }).toBe(state);
  return outputs;
}
