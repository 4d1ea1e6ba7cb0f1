/**
 * The parts of the whole test. A part is a list of steps, one after another; a step is a command,
 * and how its counts are found: by a report that it writes, or (lint, types) by its exit code
 * alone, as one test.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { python } from '../python-env.mjs';
import { root } from '../shell.mjs';
import { fromJUnit, fromVitest } from './counts.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} file      Program to start.
 * @property {string[]} args
 * @property {number} minutes   After this time it is ended, and counts as failed.
 * @property {{ path: string, read: (text: string) => import('./counts.mjs').Counts }} [report]
 */

/** The folders under `tests` with files for pytest, a part each. */
const pythonParts = {
  python: { minutes: 8 },
  conformance: { minutes: 10 },
  examples: { minutes: 8 },
  deadlocks: { minutes: 10 },
  faults: { minutes: 10 },
  package: { minutes: 8 }
};

/**
 * Every part by name.
 * @param {string} reports Folder for the reports.
 * @returns {Record<string, Step[]>}
 */
export function allParts(reports) {
  const pytestPart = folder => [
    pytest(reports, folder, `tests/${folder}`, pythonParts[folder].minutes)
  ];
  return {
    lint: [
      node('eslint', 'eslint/bin/eslint.js', ['--max-warnings=0', '.']),
      node('prettier', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']),
      tool('ruff check', 'ruff', ['check', '-q']),
      tool('ruff format', 'ruff', ['format', '-q', '--check'])
    ],
    types: [
      node('tsc src', 'typescript/bin/tsc', ['--noEmit', '-p', '.']),
      node('tsc kernel', 'typescript/bin/tsc', ['-p', 'kernel']),
      node('tsc tests', 'typescript/bin/tsc', ['-p', 'tests'])
    ],
    unit: ['project', 'kernel', 'labextension'].map(name => vitest(reports, name, 4)),
    process: [vitest(reports, 'process', 8)],
    python: pytestPart('python'),
    conformance: pytestPart('conformance'),
    examples: pytestPart('examples'),
    deadlocks: pytestPart('deadlocks'),
    faults: pytestPart('faults'),
    browser: [vitest(reports, 'browser', 15)],
    package: pytestPart('package'),
    'mpi4py-suite': [
      { name: 'mpi4py-suite', file: python, args: ['tests/mpi4py-suite/run.py'], minutes: 60 }
    ]
  };
}

/**
 * The parts in the order in which they are best begun: so that no long one is left over in the
 * end, with nothing beside it.
 */
export function longestFirst(names) {
  const long = ['browser', 'conformance', 'deadlocks', 'package', 'process'];
  return [...long.filter(name => names.includes(name)), ...names.filter(n => !long.includes(n))];
}

/** Parts that take longer than all others together: run when named, and said to be left out else. */
export const onRequest = ['mpi4py-suite'];

function node(name, script, args) {
  const file = process.execPath;
  return { name, file, args: [join('node_modules', script), ...args], minutes: 3 };
}

function tool(name, module, args) {
  return { name, file: python, args: ['-m', module, ...args], minutes: 1 };
}

function vitest(reports, project, minutes) {
  const path = join(reports, `vitest-${project}.json`);
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
  return {
    ...node(`vitest ${project}`, 'vitest/vitest.mjs', [...args, `--outputFile=${path}`]),
    minutes,
    report: { path, read: fromVitest }
  };
}

function pytest(reports, name, folder, minutes) {
  const path = join(reports, `pytest-${name}.xml`);
  return {
    name: `pytest ${folder}`,
    file: python,
    args: ['-m', 'pytest', '-q', '-ra', folder, `--junit-xml=${path}`],
    minutes,
    report: { path, read: fromJUnit }
  };
}

/** Folders under `tests` that no part runs: forgotten tests are worse than failing ones. */
export function forgottenFolders() {
  const helpers = ['unit', 'fixtures'];
  const known = new Set([...helpers, ...Object.keys(allParts(''))]);
  return readdirSync(join(root, 'tests'), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !known.has(entry.name) && !/^[._]/.test(entry.name))
    .map(entry => entry.name);
}
