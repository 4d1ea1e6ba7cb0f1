/** How the scripts start other programs and speak to the person at the terminal. */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the project. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A problem that a person can act on: shown without a stack. */
export class SetupError extends Error {}

/** Say what is being done, on stderr, so that stdout stays for results. */
export function say(text) {
  process.stderr.write(`rankbook: ${text}\n`);
}

/**
 * Run a program to its end with the terminal as its output.
 * @throws SetupError when it can not be started or ends with another code than 0.
 */
export function run(file, args, options = {}) {
  const { status, signal, error } = spawnSync(file, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    ...options
  });
  if (error || status !== 0) {
    throw failed(file, args, error, signal, status);
  }
}

/** As `run`, while other work goes on. Rejects with a SetupError. */
export function runBeside(file, args) {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 2, 2] });
    child.on('error', error => fail(failed(file, args, error)));
    child.on('exit', (status, signal) =>
      status === 0 ? done() : fail(failed(file, args, null, signal, status))
    );
  });
}

function failed(file, args, error, signal, status) {
  const why = error ? error.message : signal ? `killed by ${signal}` : `exit code ${status}`;
  return new SetupError(`\`${[file, ...args].join(' ')}\` failed: ${why}`);
}

/** Run a program quietly. Its trimmed stdout, or `undefined` when it did not succeed. */
export function capture(file, args, options = {}) {
  const { status, stdout, error } = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...options
  });
  return error || status !== 0 ? undefined : stdout.trim();
}

/** The first of these names that is an executable on PATH, as a full path. */
export function which(...names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here: look in the next folder.
      }
    }
  }
  return undefined;
}

/** Whether system packages can be installed: root on a system with apt. */
export function mayInstallPackages() {
  return process.getuid?.() === 0 && which('apt-get') !== undefined;
}

/** Install system packages, as root on Debian or Ubuntu only (see `mayInstallPackages`). */
export function aptInstall(...packages) {
  say(`installing ${packages.join(' ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

/** Run a script's main function: a SetupError is shown as a message, everything ends with a code. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) {
      throw error;
    }
    say(error.message);
    process.exitCode = 1;
  }
}
