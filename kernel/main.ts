import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory, removeAbandoned } from './core/directory.js';
import { Kernel } from './core/kernel.js';
import { watchParent } from './core/parent.js';
import { CALLBACK_SOCKET } from './delegate/callback.js';
import { delegateEnvironment, firstOnPath } from './delegate/process.js';
import { Runs } from './runs/index.js';
import { parseConnection } from './wire/connection.js';
import { createWorlds } from './worlds/index.js';

/** The first cells come when the kernel is ready; the imports of the ranks can wait so long. */
const WARM_DELAY = 100;

/**
 * Started by rankbook/__main__.py as `node kernel.cjs <connection file> [arguments of
 * ipykernel]`, with the Python to use and the folder of the package in the environment.
 */
function main(): void {
  const [connectionFile, ...delegateArguments] = process.argv.slice(2);
  const python = process.env['RANKBOOK_PYTHON'];
  const packageDir = process.env['RANKBOOK_PACKAGE'];
  if (!connectionFile || !python || !packageDir) {
    log('to be started by: python -m rankbook <connection file>');
    process.exit(2);
  }
  // Also where Jupyter was started by its path alone: `python` is this one, for ranks too.
  process.env['PATH'] = firstOnPath(process.env['PATH'], [dirname(python)]);
  const directory = makeDirectory(process.env);
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const worlds = createWorlds({ python, runtimeDir: directory, env: process.env, log });
  const kernel = new Kernel({
    connection: parseConnection(readFileSync(connectionFile, 'utf8')),
    python,
    delegateArguments,
    env: delegateEnvironment(process.env, python, packageDir),
    directory,
    makeRunner: live =>
      new Runs({ worlds, live, log, layer: process.env['RANKBOOK_LAYER'] !== 'off' }),
    onReady: () => {
      setTimeout(() => worlds.warm(), WARM_DELAY).unref();
      void removeAbandoned(process.env, CALLBACK_SOCKET);
    },
    exit: code => process.exit(code),
    log
  });
  // A mistake in the answer to one request must not cost the user all that the kernel holds.
  process.on('unhandledRejection', error => log(String((error as Error)?.stack ?? error)));
  process.on('SIGINT', () => kernel.interrupt());
  process.on('SIGTERM', () => void kernel.stop(143));
  process.on('SIGHUP', () => void kernel.stop(129));
  watchParent(process.env, () => {
    log('the program that started the kernel has ended, and so does the kernel');
    void kernel.stop(1);
  });
  kernel.start().catch((error: Error) => {
    log(error.message);
    process.exit(1);
  });
}

function log(text: string): void {
  process.stderr.write(`[rankbook] ${text}\n`);
}

try {
  main();
} catch (error) {
  log((error as Error).message);
  process.exit(1);
}
