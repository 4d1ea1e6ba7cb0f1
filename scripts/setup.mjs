/**
 * All of the set-up, in order; each step does nothing when there is nothing to do.
 *
 *     node scripts/setup.mjs
 */
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { installNodePackages } from './node-packages.mjs';
import { preparePython } from './python-env.mjs';
import { main } from './shell.mjs';

/** Node packages, the Python environment, and the built kernel and labextension. */
export function setup() {
  installNodePackages();
  build();
  preparePython();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(setup);
}
