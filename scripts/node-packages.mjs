/** The Node packages: `npm ci`, and only when what is installed is not what the lock file says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './shell.mjs';

/** Bring `node_modules` to what `package-lock.json` says. No install script is run or needed. */
export function installNodePackages() {
  const missing = firstMissing();
  if (missing === undefined) {
    return;
  }
  say(`installing the Node packages (${missing})`);
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}

/**
 * What of the lock file is not installed, in words. npm keeps a list of what it installed in
 * `node_modules/.package-lock.json`; packages for other systems are optional and not in it.
 */
function firstMissing() {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  let installed;
  try {
    installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  } catch {
    return 'none are installed';
  }
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
    const found = installed[path];
    if (path !== '' && found?.version !== version && !(optional || devOptional)) {
      return `${path.replace('node_modules/', '')} ${version} is missing`;
    }
  }
  return undefined;
}

function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
