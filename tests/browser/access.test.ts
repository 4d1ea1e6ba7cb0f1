import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { displayOf } from '../unit/labextension/runs.js';
import { kernelReady } from './browser.js';
import { Desk } from './desk.js';
import { reach, row, runCell, runOf, steps, tabShown, touch } from './runs.js';
import { failing, many } from './stored.js';

const desk = Desk.forFile();
let page: Page;

beforeAll(() => {
  desk.lab.writeNotebook('failing.ipynb', [
    { source: failing.source, outputs: [displayOf(failing.run)] }
  ]);
  desk.lab.writeNotebook('many.ipynb', [{ source: many.source, outputs: [displayOf(many.run)] }]);
});

/** The role of what has the focus, and what it is called. */
function focused(): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    const label = activeElement?.getAttribute('aria-label') ?? '';
    return `${activeElement?.getAttribute('role') ?? ''} ${label}`.trim();
  });
}

describe('a run', () => {
  test('is reached, read and left with the keyboard alone', async () => {
    page = await desk.open('failing.ipynb');
    const run = runOf(page, 0);
    await run.waitFor();
    // What a page does while it starts may take the focus.
    await kernelReady(page);
    await page.locator('.jp-Cell .cm-content').first().click();
    await page.keyboard.press('Escape');
    for (let i = 0; i < 40 && !(await focused()).startsWith('tab '); i++) {
      await page.keyboard.press('Tab');
    }
    expect(await focused()).toBe('tab Rank 2: error in line 6');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe('tab Rank 1: interrupted');
    await tabShown(run, 'Rank 1: interrupted');
    await page.keyboard.press('Home');
    expect(await focused()).toBe('tab All ranks: error');
    await page.keyboard.press('End');
    expect(await focused()).toBe('tab Rank 3: interrupted');
    // One stop for all tabs, then what they show.
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('tabpanel');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('tab Rank 3: interrupted');
    const outline = await page.evaluate(
      () => document.activeElement && getComputedStyle(document.activeElement).outlineStyle
    );
    expect(outline).toBe('solid');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).not.toMatch(/^tab /);
  });

  test('says to screen readers what it shows', async () => {
    page = await desk.open('failing.ipynb');
    const run = runOf(page, 0);
    await run.waitFor();
    const spoken = await run.ariaSnapshot();
    expect(spoken).toContain('- status: error');
    expect(spoken).toMatch(/- alert:.*Rank 2 raised ZeroDivisionError/);
    expect(spoken).toContain('- tablist "Output of the ranks"');
    expect(spoken).toContain('tab "All ranks: error"');
    expect(spoken).toContain('tab "Rank 2: error in line 6" [selected]');
    expect(spoken).toContain('tabpanel "Rank 2: error in line 6"');
  });

  test.each(['failing', 'many'])('%s fits a page at twice the size', async name => {
    // Zoomed to 200 %, a window of 900 by 800 has room for half of it.
    page = await desk.open(`${name}.ipynb`, { width: 450, height: 400 });
    const run = runOf(page, 0);
    await run.waitFor();
    const hidden = await run.evaluate(frame => {
      const parts = [frame, ...frame.querySelectorAll('[class*="jp-Rankbook-"]')];
      const { right } = frame.getBoundingClientRect();
      return parts
        .filter(part => {
          const box = part.getBoundingClientRect();
          return (
            box.width > 0 && (box.right > right + 1 || part.scrollWidth > part.clientWidth + 1)
          );
        })
        .filter(part => getComputedStyle(part).display !== 'inline')
        .map(part => `${part.className}: ${part.scrollWidth} in ${part.clientWidth}`);
    });
    expect(hidden).toEqual([]);
    await run.getByRole('tab').last().click();
    await tabShown(run, /^Rank (3|63): /);
  });

  test('does not move where the user wants no motion', async () => {
    const stop = join(desk.lab.folder, 'stop');
    desk.lab.writeNotebook('steps.ipynb', [{ source: steps(stop) }]);
    page = await desk.open('steps.ipynb');
    await runCell(page, 0);
    const run = runOf(page, 0);
    await row(run, '[0] step 0 rank 0').waitFor();
    const motion = (): Promise<string> =>
      run
        .locator('.jp-Rankbook-state .jp-mod-running')
        .evaluate(icon => getComputedStyle(icon).animationName);
    expect(await motion()).toBe('jp-rankbook-turn');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await motion()).toBe('none');
    touch(stop);
    await reach(run, 'done');
  });
});
