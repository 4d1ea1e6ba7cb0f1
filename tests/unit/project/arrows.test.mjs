import { ESLint } from 'eslint';
import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forbidden } from '../../../scripts/lint/arrows.mjs';

const root = join(import.meta.dirname, '../../..');

describe('who may import whom', () => {
  it.each([
    ['kernel/wire/codec', 'kernel/runs/table'],
    ['kernel/wire/codec', 'src/models/run'],
    ['kernel/worlds/local', 'kernel/runs/table'],
    ['kernel/worlds/local', 'kernel/wire/codec'],
    ['kernel/runs/table', 'kernel/core/kernel'],
    ['kernel/trace/graph', 'kernel/worlds/world'],
    ['kernel/core/kernel', 'kernel/worlds/local'],
    ['src/output/plugin', 'kernel/output/html'],
    ['src/output/plugin', 'src/ranks/panel'],
    ['src/models/run', 'src/output/tabs'],
    ['src/protocol/run', 'src/tokens'],
    ['src/stray', 'src/protocol/index']
  ])('%s may not import %s', (from, to) => {
    expect(forbidden(from, to, false)).toMatch(/may import|no place/);
  });

  it.each([
    ['kernel/wire/codec', 'src/protocol/index'],
    ['kernel/worlds/local', 'kernel/launch/mpiexec'],
    ['kernel/worlds/local', 'kernel/wire/socket'],
    ['kernel/runs/table', 'kernel/worlds/local'],
    ['kernel/main', 'kernel/core/kernel'],
    ['src/index', 'src/output/plugin'],
    ['src/output/plugin', 'src/output/tabs'],
    ['src/output/plugin', 'src/models/run'],
    ['src/models/run', 'src/tokens']
  ])('%s may import %s', (from, to) => {
    expect(forbidden(from, to, false)).toBeUndefined();
  });

  it('lets every part of the kernel use the types of the contract, and only the types', () => {
    expect(forbidden('kernel/trace/graph', 'kernel/worlds/world', true)).toBeUndefined();
    expect(forbidden('kernel/trace/graph', 'kernel/worlds/local', true)).toMatch(/may import/);
  });
});

describe('the linter', () => {
  const lint = async (file, code) => {
    // A rule per import only: no types are needed, so no file has to exist.
    const eslint = new ESLint({
      cwd: root,
      ruleFilter: ({ ruleId }) => ruleId.startsWith('arrows')
    });
    const [result] = await eslint.lintText(code, { filePath: join(root, file) });
    return result.messages.map(message => message.message);
  };
  // An existing file, because type-aware parsing asks the project for it.
  const inMagics = 'kernel/magics/plan.ts';

  it('reports a forbidden import, export and import()', async () => {
    const code = [
      `import { a } from '../runs/table.js';`,
      `export * from '../core/kernel.js';`,
      `export const later = () => import('../worlds/local.js');`,
      `export const used = a;`
    ].join('\n');
    const messages = await lint(inMagics, code);
    expect(messages).toHaveLength(3);
    expect(messages[0]).toBe('kernel/magics may import src/protocol, but not kernel/runs.');
  });

  it('reports a socket or a process in a pure part', async () => {
    expect(await lint(inMagics, `import 'node:child_process';`)).toEqual([
      'kernel/magics is pure: it may not import node:child_process.'
    ]);
  });

  it('lets a right import pass', async () => {
    expect(await lint(inMagics, `import { RUN_MIME } from '../../src/protocol/run.js';`)).toEqual(
      []
    );
  });
});

describe('imports', () => {
  it.each(['kernel', 'src'])('make no cycle in %s', async folder => {
    const files = readdirSync(join(root, folder), { recursive: true })
      .filter(name => /\.tsx?$/.test(name))
      .map(name => `${folder}/${name}`);
    const { metafile } = await build({
      entryPoints: files,
      absWorkingDir: root,
      bundle: true,
      packages: 'external',
      platform: 'neutral',
      loader: { '.svg': 'empty', '.css': 'empty' },
      outdir: join(root, 'never-written'),
      write: false,
      metafile: true
    });
    expect(cycle(metafile.inputs)).toEqual([]);
    expect(existsSync(join(root, 'never-written'))).toBe(false);
  });
});

/** The files of one import cycle, or an empty list. */
function cycle(inputs) {
  const done = new Set();
  const path = [];
  const visit = file => {
    if (path.includes(file)) {
      return path.slice(path.indexOf(file));
    }
    if (done.has(file)) {
      return [];
    }
    path.push(file);
    for (const { path: next, external } of inputs[file]?.imports ?? []) {
      const found = external ? [] : visit(next);
      if (found.length > 0) {
        return found;
      }
    }
    path.pop();
    done.add(file);
    return [];
  };
  return (
    Object.keys(inputs)
      .map(visit)
      .find(found => found.length > 0) ?? []
  );
}
