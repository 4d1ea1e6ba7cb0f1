import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';

import { launch, open } from './browser.js';
import { Lab } from './lab.js';

/** What the tests of a file work at: a Jupyter server, and a browser whose pages end with a test. */
export class Desk {
  private _lab: Lab | null = null;
  private _browser: Browser | null = null;

  /** Start them before the tests of this file, and stop them afterwards. */
  static forFile(): Desk {
    const desk = new Desk();
    beforeAll(() => desk._start());
    afterEach(() => desk._closePages());
    afterAll(() => desk._stop());
    return desk;
  }

  get lab(): Lab {
    return started(this._lab);
  }

  get browser(): Browser {
    return started(this._browser);
  }

  /** Open a notebook of the server, and wait until its cells are there. */
  open(notebook: string, size?: { width: number; height: number }): Promise<Page> {
    return open(this.browser, this.lab.url(notebook), size);
  }

  private async _start(): Promise<void> {
    [this._lab, this._browser] = await Promise.all([Lab.start(), launch()]);
  }

  private async _closePages(): Promise<void> {
    await Promise.all(this._browser?.contexts().map(context => context.close()) ?? []);
  }

  private async _stop(): Promise<void> {
    await this._browser?.close();
    await this._lab?.stop();
  }
}

function started<T>(part: T | null): T {
  if (part === null) {
    throw new Error('The desk is there from beforeAll to afterAll only.');
  }
  return part;
}
