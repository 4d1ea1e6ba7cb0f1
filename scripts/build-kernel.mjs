/**
 * Bundle the kernel into `rankbook/node`: one CommonJS file, and beside it the zeromq
 * binaries that its loader looks for in `../build` (only those that the loader can
 * choose: the package ships three times as many).
 */
import { build } from 'esbuild';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'rankbook', 'node');

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: [join(root, 'kernel', 'main.ts')],
  outfile: join(out, 'dist', 'kernel.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning'
});
copyAddons();

function copyAddons() {
  const from = join(root, 'node_modules', 'zeromq', 'build');
  const manifest = JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8'));
  const kept = {};
  for (const [config, file] of Object.entries(manifest)) {
    const { os, arch, abi } = JSON.parse(config);
    // abi 127 needs the oldest C library and, being N-API, loads in every Node >= 20.
    if (!['linux', 'darwin'].includes(os) || !['x64', 'arm64'].includes(arch) || abi !== '127') {
      continue;
    }
    kept[config] = file;
    mkdirSync(dirname(join(out, 'build', file)), { recursive: true });
    cpSync(join(from, file), join(out, 'build', file));
  }
  writeFileSync(join(out, 'build', 'manifest.json'), JSON.stringify(kept));
}
