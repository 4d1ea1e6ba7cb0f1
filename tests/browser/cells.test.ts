import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { execute, kernelReady, LONG } from './browser.js';
import { Desk } from './desk.js';
import { reach, row, runOf } from './runs.js';

const desk = Desk.forFile();
let page: Page;

function cell(index: number): Locator {
  return page.locator('.jp-Cell').nth(index);
}

/** The text of a cell, line by line. */
function linesOf(index: number): Promise<string[]> {
  return cell(index).locator('.cm-line').allTextContents();
}

/** The class by which the editor colours a word of a cell; null: the word has no token. */
async function tokenClass(index: number, word: string): Promise<string | null> {
  const token = cell(index).locator('.cm-line span', { hasText: new RegExp(`^${word}$`) });
  return (await token.count()) === 0 ? null : token.first().getAttribute('class');
}

describe('the button in the toolbar', () => {
  test('makes a cell run on as many ranks as the settings say, and plain again', async () => {
    desk.lab.writeSettings('rankbook', 'plugin', { ranks: 3 });
    desk.lab.writeNotebook('button.ipynb', [
      { source: 'import os\nprint("process", os.getpid() > 0)' },
      { source: '%%writefile a.py\nprint(1)' },
      { source: 'Text', type: 'markdown' }
    ]);
    page = await desk.open('button.ipynb', { width: 1200, height: 800 });
    await kernelReady(page);
    const button = page.getByRole('button', { name: /run on MPI ranks/ });
    await cell(0).locator('.cm-content').click();
    await button.click();
    await expect.poll(() => linesOf(0), { timeout: LONG }).toHaveLength(3);
    expect((await linesOf(0))[0]).toBe('%%mpirun -n 3');
    await cell(0).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    const run = runOf(page, 0);
    await reach(run, 'done');
    await row(run, '[2] process True').waitFor();
    // One cell has another magic, the other is no code.
    for (const other of [1, 2]) {
      await cell(other).click();
      await expect.poll(() => button.getAttribute('disabled'), { timeout: LONG }).not.toBeNull();
    }
    await cell(0).locator('.cm-content').click();
    await expect.poll(() => button.getAttribute('disabled'), { timeout: LONG }).toBeNull();
    await execute(page, 'rankbook:run-on-ranks');
    await expect
      .poll(() => linesOf(0), { timeout: LONG })
      .toEqual(['import os', 'print("process", os.getpid() > 0)']);
    // It knows of a line that is typed.
    await expect.poll(() => button.getAttribute('aria-pressed'), { timeout: LONG }).toBe('false');
    await cell(0).locator('.cm-content').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText('%%mpirun -n 2\n');
    await expect.poll(() => button.getAttribute('aria-pressed'), { timeout: LONG }).toBe('true');
  });
});

describe('a cell with a magic line', () => {
  test('is highlighted as what it holds', async () => {
    desk.lab.writeNotebook('highlight.ipynb', [
      { source: 'for i in range(3):\n    return None  # plain' },
      { source: '%%mpirun -n 2\nfor i in range(3):\n    return None  # ranks' },
      { source: '%%writefile x.c\nfor (;;) { return 0; } // remark' },
      { source: '%%writefile x.txt\nfor each return # nothing' },
      { source: '%mpirun -n 2 for.py\nreturn' }
    ]);
    page = await desk.open('highlight.ipynb');
    await expect.poll(() => tokenClass(0, 'return'), { timeout: LONG }).not.toBeNull();
    const keyword = await tokenClass(0, 'return');
    await expect.poll(() => tokenClass(1, 'return'), { timeout: LONG }).toBe(keyword);
    await expect
      .poll(() => tokenClass(1, 'for'), { timeout: LONG })
      .toBe(await tokenClass(0, 'for'));
    await expect
      .poll(() => tokenClass(1, '# ranks'), { timeout: LONG })
      .toBe(await tokenClass(0, '# plain'));
    await expect
      .poll(() => tokenClass(2, '// remark'), { timeout: LONG })
      .toBe(await tokenClass(0, '# plain'));
    await expect.poll(() => tokenClass(2, 'return'), { timeout: LONG }).toBe(keyword);
    await expect.poll(() => tokenClass(3, 'return'), { timeout: LONG }).toBeNull();
    const magic = cell(1).locator('.cm-line').first();
    expect(await magic.locator('.jp-Rankbook-magicName').textContent()).toBe('%%mpirun');
    expect(await magic.locator('.jp-Rankbook-magicOptions').textContent()).toBe(' -n 2');
    const program = cell(4).locator('.cm-line').first();
    expect(await program.locator('.jp-Rankbook-magicOptions').textContent()).toBe(' -n 2 for.py');
    await expect.poll(() => tokenClass(4, 'return'), { timeout: LONG }).toBe(keyword);
  });
});
