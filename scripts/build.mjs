/**
 * Build what Node and the browser run: the kernel bundle (`rankbook/node`) and the labextension
 * (`rankbook/labextension`), each only when its sources changed.
 *
 *     node scripts/build.mjs [--force]
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, root, run, say } from './shell.mjs';

/** Each product: what it is made of, a file that shows it is there, and how to make it. */
const products = [
  {
    name: 'kernel',
    sources: ['kernel', 'src/protocol', 'scripts/build-kernel.mjs', 'package-lock.json'],
    product: 'rankbook/node/dist/kernel.cjs',
    make: () => run(process.execPath, ['scripts/build-kernel.mjs'])
  },
  {
    name: 'labextension',
    sources: [
      'src',
      'style',
      'schema',
      'tsconfig.json',
      'tsconfig.base.json',
      'package.json'
    ].concat(['package-lock.json', 'install.json']),
    product: 'rankbook/labextension/package.json',
    make: makeLabextension
  }
];

/** Build what is out of date. */
export function build({ force = false } = {}) {
  for (const { name, sources, product, make } of products) {
    const stamp = join(root, 'node_modules', '.cache', 'rankbook', name);
    const hash = hashOf(sources);
    if (!force && existsSync(join(root, product)) && readIfThere(stamp) === hash) {
      continue;
    }
    say(`building the ${name}`);
    rmSync(stamp, { force: true });
    make();
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, hash);
  }
}

function makeLabextension() {
  rmSync(join(root, 'lib'), { recursive: true, force: true });
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']);
  run(process.execPath, [
    'node_modules/@jupyter/builder/lib/build-labextension.js',
    '--core-package-file',
    'node_modules/@jupyterlab/core-meta/core.package.json',
    '.'
  ]);
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder)) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) {
    return [];
  }
  const entries = readdirSyncOrFile(full);
  return entries === undefined ? [path] : entries.flatMap(name => filesUnder(`${path}/${name}`));
}

function readdirSyncOrFile(path) {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') {
      return undefined;
    }
    throw error;
  }
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => build({ force: process.argv.includes('--force') }));
}
