/**
 * All of the set-up; each step does nothing when there is nothing to do.
 *
 *     node scripts/setup.mjs
 */
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { installNodePackages } from './node-packages.mjs';
import { main, runBeside } from './shell.mjs';

/** Node packages, the Python environment, and the built kernel and labextension. */
export async function setup() {
  // In a process of its own, as all steps block theirs: pip and npm both wait for the network.
  const python = runBeside(process.execPath, ['scripts/python-env.mjs']);
  try {
    installNodePackages();
    build();
  } finally {
    await python;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(setup);
}
