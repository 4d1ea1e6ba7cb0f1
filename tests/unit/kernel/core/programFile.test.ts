import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingProgram } from '../../../../kernel/core/programFile.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'programs-'));
  mkdirSync(join(cwd, 'src'));
  for (const file of ['heat.py', 'src/ring.py', 'a.out']) {
    writeFileSync(join(cwd, file), '');
  }
});
afterAll(() => rmSync(cwd, { recursive: true }));

function missing(form: 'path' | 'module' | 'executable', name: string, path = '/bin'): unknown {
  return missingProgram({ kind: 'program', form, argv: [name, 'argument'] }, cwd, path);
}

describe('missingProgram', () => {
  it('finds what is there', () => {
    expect(missing('path', 'heat.py')).toBeNull();
    expect(missing('path', 'src/../src/ring.py')).toBeNull();
    expect(missing('path', join(cwd, 'heat.py'))).toBeNull();
    expect(missing('executable', './a.out')).toBeNull();
    expect(missing('executable', 'sh')).toBeNull();
    expect(missing('executable', 'a.out', `/bin:${cwd}`)).toBeNull();
  });

  it('leaves modules, packages and an unknown PATH to the ranks', () => {
    expect(missing('module', 'no.such.module')).toBeNull();
    expect(missing('path', 'src')).toBeNull();
    expect(missing('executable', 'tool', '')).toBeNull();
  });

  it.each([
    ['path', 'haet.py', 'There is no file haet.py here; did you mean heat.py?'],
    ['path', 'src/rng.py', 'There is no file src/rng.py here; did you mean src/ring.py?'],
    ['path', 'no/such/place.py', 'There is no file no/such/place.py here.'],
    ['executable', './b.out', 'There is no file ./b.out here; did you mean ./a.out?'],
    ['executable', './src', './src is a folder.'],
    ['executable', 'a.out', 'There is no program a.out on PATH; ./a.out is the file here.'],
    ['executable', 'no-such-tool', 'There is no program no-such-tool on PATH.']
  ] as const)('refuses %s %s', (form, name, text) => {
    expect(missing(form, name)).toBe(text);
  });
});
