/**
 * Bundle the kernel into `rankbook/node`: one CommonJS file, beside it the zeromq binaries that
 * its loader looks for in `../build`, and the licences of what is in it.
 */
import { build } from 'esbuild';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const product = join(root, 'rankbook', 'node');
const out = join(root, 'node_modules', '.cache', 'rankbook', `kernel-${process.pid}`);

const { metafile } = await build({
  entryPoints: [join(root, 'kernel', 'main.ts')],
  outfile: join(out, 'dist', 'kernel.cjs'),
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true
});
copyAddons();
writeLicences(packagesOf(Object.keys(metafile.inputs)));
// In one step, so that a kernel which starts meanwhile finds the old bundle or the new one.
rmSync(product, { recursive: true, force: true });
renameSync(out, product);

/**
 * The package ships three times the binaries that can be chosen. One a system is enough: they use
 * only Node-API, so the number in their names is not a demand; the newest of those listed needs the
 * oldest C library and loads in every Node from 20 on.
 */
function copyAddons() {
  const from = join(root, 'node_modules', 'zeromq', 'build');
  const manifest = JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8'));
  const chosen = new Map();
  for (const [config, file] of Object.entries(manifest)) {
    const { os, arch, libc, abi } = JSON.parse(config);
    const system = `${os} ${arch} ${libc}`;
    const wanted = ['linux', 'darwin'].includes(os) && ['x64', 'arm64'].includes(arch);
    if (wanted && !(chosen.get(system)?.target.abi > abi)) {
      chosen.set(system, { target: { os, arch, libc, abi }, file });
    }
  }
  const kept = {};
  for (const { target, file } of chosen.values()) {
    kept[JSON.stringify(target)] = file;
    mkdirSync(dirname(join(out, 'build', file)), { recursive: true });
    cpSync(join(from, file), join(out, 'build', file));
  }
  writeFileSync(join(out, 'build', 'manifest.json'), JSON.stringify(kept, null, 2));
}

/** Names of the packages that these files come from. */
function packagesOf(files) {
  const names = files.map(file => file.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
  return [...new Set(names.filter(name => name !== undefined))].sort();
}

function writeLicences(names) {
  const parts = names.map(name => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter(entry => /^licen[cs]e/i.test(entry))
      .map(entry => readFileSync(join(folder, entry), 'utf8').trim());
    return `${name} ${version} (${license})\n\n${texts.join('\n\n')}`;
  });
  const native =
    'The binaries under build/ hold libzmq (MPL-2.0, https://github.com/zeromq/libzmq) and ' +
    'libsodium\n(ISC, https://github.com/jedisct1/libsodium), unchanged, as the zeromq package ships them.';
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  writeFileSync(join(out, 'LICENSES.txt'), [...parts, native].join(line) + '\n');
}
