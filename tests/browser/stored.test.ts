import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { displayOf } from '../unit/labextension/runs.js';
import { launch, open } from './browser.js';
import { Lab } from './lab.js';
import { failing, figure, hello, many } from './stored.js';

const DOCS = resolve(import.meta.dirname, '../../docs');

let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  [lab, browser] = await Promise.all([Lab.start(), launch()]);
  for (const [name, { source, run }] of Object.entries({
    hello,
    failing,
    figure: figure(),
    many
  })) {
    lab.writeNotebook(`${name}.ipynb`, [{ source, outputs: [displayOf(run)] }]);
  }
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

describe('a stored run', () => {
  test('opens with all ranks, and rank tabs work by mouse and keyboard', async () => {
    const page = await open(browser, lab.url('hello.ipynb'));
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
    await picture(page, 'quickstart');
    await run.getByRole('tab', { name: 'Rank 2' }).click();
    expect(await shownPanel(run)).toContain('hello from rank 2 of 4');
    await page.keyboard.press('ArrowRight');
    expect(await selectedTab(run)).toBe('Rank 3: done in 13 ms');
    expect(await shownPanel(run)).toContain('hello from rank 3 of 4');
    await page.keyboard.press('Home');
    expect(await selectedTab(run)).toBe('All ranks: done');
    await page.keyboard.press('ArrowLeft');
    expect(await selectedTab(run)).toBe('Rank 3: done in 13 ms');
    await page.context().close();
  });

  test('opens at the first rank with an error', async () => {
    const page = await open(browser, lab.url('failing.ipynb'));
    const run = page.locator('.jp-Rankbook');
    await run.waitFor();
    expect(await selectedTab(run)).toBe('Rank 2: error in line 6');
    expect(await shownPanel(run)).toContain('ZeroDivisionError: division by zero');
    expect(await run.getByRole('alert').textContent()).toContain('Rank 2 raised');
    await picture(page, 'error');
    await page.context().close();
  });

  test('shows a figure in the tab of its rank', async () => {
    const page = await open(browser, lab.url('figure.ipynb'));
    const run = page.locator('.jp-Rankbook');
    await run.getByRole('tab', { name: 'Rank 0' }).click();
    await run.locator('.jp-Rankbook-rank img').waitFor();
    await picture(page, 'figure');
    await page.context().close();
  });

  test('keeps 64 tabs in reach', async () => {
    const page = await open(browser, lab.url('many.ipynb'));
    const run = page.locator('.jp-Rankbook');
    await run.waitFor();
    expect(await run.getByRole('tab').count()).toBe(65);
    expect(await selectedTab(run)).toBe('Rank 17: process ended');
    await run.getByRole('tab', { name: 'Rank 63' }).click();
    expect(await shownPanel(run)).toContain('rank 63: local sum 63000');
    const bar = await run.getByRole('tablist').boundingBox();
    expect(bar?.height).toBeLessThan(140);
    await run.getByRole('tab', { name: 'All ranks' }).click();
    await picture(page, 'ranks-64');
    await page.context().close();
  });

  test('is as readable in the dark', async () => {
    lab.setTheme('JupyterLab Dark');
    const page = await open(browser, lab.url('failing.ipynb'));
    const run = page.locator('.jp-Rankbook');
    await run.waitFor();
    await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
    await picture(page, 'dark');
    await run.getByRole('tab', { name: 'All ranks' }).click();
    for (const contrast of await contrasts(run.locator('.jp-Rankbook-rowRank'))) {
      expect(contrast).toBeGreaterThan(4.5);
    }
    lab.setTheme('JupyterLab Light');
    await page.context().close();
  });
});

function texts(rows: Locator): Promise<string[]> {
  return rows.evaluateAll(elements => elements.map(element => element.textContent ?? ''));
}

async function selectedTab(run: Locator): Promise<string | null> {
  return run.locator('[role=tab][aria-selected=true]').getAttribute('aria-label');
}

async function shownPanel(run: Locator): Promise<string> {
  return run.getByRole('tabpanel').innerText();
}

/** Contrast of each element's text colour to the frame's background, as WCAG has it. */
function contrasts(elements: Locator): Promise<number[]> {
  return elements.evaluateAll(all =>
    all.map(element => {
      const luminance = (color: string): number => {
        const channels = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
        const [r = 0, g = 0, b = 0] = channels.map(value => {
          const c = value / 255;
          return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const frame = element.closest('.jp-Rankbook') ?? document.body;
      const a = luminance(getComputedStyle(element).color);
      const b = luminance(getComputedStyle(frame).backgroundColor);
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    })
  );
}

async function picture(page: Page, name: string): Promise<void> {
  await page.mouse.move(5, 5);
  const cell = await page.locator('.jp-Cell').first().boundingBox();
  const footer = await page.locator('#jp-main-statusbar').boundingBox();
  if (!cell || !footer) {
    throw new Error('There is no cell to take a picture of.');
  }
  // A cell that is taller than the window is cut above the status bar.
  const height = Math.min(cell.height, footer.y - 6 - cell.y);
  await page.screenshot({ path: join(DOCS, `${name}.png`), clip: { ...cell, height } });
}
