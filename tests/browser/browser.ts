import { chromium, type Browser, type Page } from 'playwright-core';

import { takesPictures } from './picture.js';

/** Milliseconds that a kernel, its first world and a busy machine may take. */
export const LONG = 60_000;

const EXECUTABLE = process.env['RANKBOOK_CHROMIUM'] ?? '/usr/bin/chromium';

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync'
    ]
  });
}

/** Open a notebook and wait until its cells are there. */
export async function open(
  browser: Browser,
  url: string,
  size = { width: 900, height: 800 }
): Promise<Page> {
  // Four times the dots to paint, for pictures alone.
  const deviceScaleFactor = takesPictures ? 2 : 1;
  const context = await browser.newContext({ viewport: size, deviceScaleFactor });
  context.setDefaultTimeout(LONG);
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  await page.evaluate(() => {
    const { shell } = (window as unknown as { jupyterapp: IJupyterApp }).jupyterapp;
    shell.collapseLeft?.();
  });
  return page;
}

/** Wait until the notebook of a page is there. */
export async function ready(page: Page): Promise<void> {
  await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
}

/** Run a command of JupyterLab. */
export async function execute(page: Page, command: string, args: object = {}): Promise<void> {
  await page.evaluate(
    ([id, options]) => {
      const app = (window as unknown as { jupyterapp: IJupyterApp }).jupyterapp;
      return app.commands.execute(id, options).then(() => undefined);
    },
    [command, args] as const
  );
}

/**
 * Wait until the kernel of what has the focus can take a cell.
 *
 * @param selector - What that is, where it is not the only one.
 */
export async function kernelReady(page: Page, selector = '*'): Promise<void> {
  await page.waitForFunction(wanted => {
    const { shell } = (window as unknown as { jupyterapp: IJupyterApp }).jupyterapp;
    const current = shell.currentWidget;
    const kernel = current?.sessionContext?.session?.kernel;
    return (
      current?.node.matches(wanted) &&
      kernel?.status === 'idle' &&
      kernel.connectionStatus === 'connected'
    );
  }, selector);
}

/** Restart the kernel of the notebook, without the question. */
export async function restartKernel(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { shell } = (window as unknown as { jupyterapp: IJupyterApp }).jupyterapp;
    await shell.currentWidget?.sessionContext?.session?.kernel?.restart();
  });
}

/** As much of JupyterLab as is used here. */
interface IJupyterApp {
  shell: {
    /** Notebook 7 has no such side bar. */
    collapseLeft?(): void;
    currentWidget?: {
      node: HTMLElement;
      sessionContext?: { session?: { kernel?: IKernel } };
    };
  };
  commands: { execute(id: string, args: object): Promise<unknown> };
}

interface IKernel {
  status: string;
  connectionStatus: string;
  restart(): Promise<void>;
}
