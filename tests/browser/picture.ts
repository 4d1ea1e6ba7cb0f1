import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const DOCS = resolve(import.meta.dirname, '../../docs');

/** Whether pictures are taken. Times and widths differ from run to run: only where asked for. */
export const takesPictures = process.env['UPDATE_SCREENSHOTS'] === '1';

/** Take the picture of a page's first cell for the documentation, if pictures are taken. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!takesPictures) {
    return;
  }
  await page.mouse.move(5, 5);
  // Shown while JupyterLab changes its theme, and for a moment longer.
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.locator('.jp-WindowedPanel-outer').evaluate(element => element.scrollTo(0, 0));
  const cell = await page.locator('.jp-Cell').first().boundingBox();
  const footer = await page.locator('#jp-main-statusbar').boundingBox();
  if (!cell || !footer) {
    throw new Error('There is no cell to take a picture of.');
  }
  // Without the frame of the notebook; a cell that is taller than the window is cut at its end.
  const clip = { x: cell.x + 2, y: cell.y + 2, width: cell.width - 4 };
  const height = Math.min(cell.y + cell.height, footer.y - 4) - 2 - clip.y;
  await page.screenshot({ path: join(DOCS, `${name}.png`), clip: { ...clip, height } });
}
