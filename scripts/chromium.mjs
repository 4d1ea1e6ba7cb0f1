/** The browser for the browser tests: one that is installed, else one that we install. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import {
  SetupError,
  aptInstall,
  capture,
  mayInstallPackages,
  root,
  run,
  say,
  which
} from './shell.mjs';

/**
 * Path of a Chromium that starts. Order: `RANKBOOK_CHROMIUM`, PATH, Playwright's own, and then an
 * installation: by apt as root on Debian, else by Playwright's download.
 * @throws SetupError with what to do when there is no way to one.
 */
export async function chromium() {
  const named = process.env.RANKBOOK_CHROMIUM;
  if (named) {
    return named;
  }
  const found = installed() ?? (await playwrights());
  if (found) {
    return found;
  }
  say('no Chromium found: installing one for the browser tests');
  const ways = [
    () => mayInstallPackages() && aptInstall('chromium'),
    () => run(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'])
  ];
  for (const way of ways) {
    try {
      way();
    } catch (error) {
      say(error.message);
    }
    const now = installed() ?? (await playwrights());
    if (now) {
      return now;
    }
  }
  throw new SetupError(
    'The browser tests need Chromium. Install it (`sudo apt-get install chromium`), or name one ' +
      'with RANKBOOK_CHROMIUM=/path/to/chromium.'
  );
}

/** One that answers: Ubuntu has a placeholder of this name that only says "install the snap". */
function installed() {
  const file = which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
  return file && capture(file, ['--version']) !== undefined ? file : undefined;
}

async function playwrights() {
  const module = pathToFileURL(join(root, 'node_modules', 'playwright-core', 'index.mjs')).href;
  const { chromium: driver } = await import(module);
  const file = driver.executablePath();
  return existsSync(file) ? file : undefined;
}
