import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellsDoc, cellsReference } from '../../../scripts/cells-doc.mjs';
import { allParts, forgottenFolders } from '../../../scripts/tests/parts.mjs';

const root = join(import.meta.dirname, '../../..');
const read = file => readFileSync(join(root, file), 'utf8');

describe('the files of the project', () => {
  it('name no package registry', () => {
    const lock = JSON.parse(read('package-lock.json'));
    const addresses = Object.values(lock.packages).filter(entry => entry.resolved !== undefined);
    expect(addresses).toEqual([]);
    for (const file of ['.npmrc', 'package.json', 'pyproject.toml', 'requirements-dev.txt']) {
      expect(read(file), file).not.toMatch(/registry *=|index-url|registry\.|\/simple/);
    }
  });

  it('pin every Python package that development uses', () => {
    const lines = read('requirements-dev.txt').split('\n');
    for (const line of lines.filter(text => text !== '' && !text.startsWith('#'))) {
      expect(line).toMatch(/^[\w.-]+==[\w.]+(; python_version (>=|<) "3\.11")?$/);
    }
  });

  it('agree on the name of the package, the kernel and the MIME type', () => {
    expect(JSON.parse(read('package.json')).name).toBe('rankbook');
    expect(JSON.parse(read('install.json')).packageName).toBe('rankbook');
    expect(read('pyproject.toml')).toMatch(/^name = "rankbook"$/m);
    const { argv, interrupt_mode, language } = JSON.parse(read('rankbook/kernelspec/kernel.json'));
    expect(argv).toEqual(['python', '-m', 'rankbook', '{connection_file}']);
    expect({ interrupt_mode, language }).toEqual({ interrupt_mode: 'message', language: 'python' });
  });
});

describe('the reference of the language of cells', () => {
  it('is what `npm run docs` writes from the tables of the kernel', async () => {
    expect(readFileSync(cellsDoc, 'utf8')).toBe(await cellsReference());
  });
});

describe('the test command', () => {
  it('runs every folder of tests', () => {
    expect(forgottenFolders()).toEqual([]);
  });

  it('bounds the time of each step', () => {
    const steps = Object.values(allParts('/reports')).flat();
    expect(steps.every(step => step.minutes > 0)).toBe(true);
    expect(new Set(steps.map(step => step.name)).size).toBe(steps.length);
  });
});
