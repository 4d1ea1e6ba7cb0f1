import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDirectory, removeAbandoned } from '../../../../kernel/core/directory.js';

let parent: string;
let servers: Server[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'dirs-'));
  servers = [];
});

afterEach(() => {
  servers.forEach(server => server.close());
  rmSync(parent, { recursive: true, force: true });
});

async function kernelDirectory(name: string, alive: boolean, old: boolean): Promise<string> {
  const path = join(parent, name);
  renameSync(makeDirectory({ XDG_RUNTIME_DIR: parent }), path);
  if (alive) {
    const server = createServer();
    servers.push(server);
    await new Promise<void>(resolve => server.listen(join(path, 'sock'), resolve));
  }
  if (old) {
    utimesSync(path, 1000, 1000);
  }
  return path;
}

it('makes a directory that only its user can enter', () => {
  const path = makeDirectory({ XDG_RUNTIME_DIR: parent });
  expect(path.startsWith(join(parent, 'rankbook-'))).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

it('makes it elsewhere where the name would be too long for sockets', () => {
  const path = makeDirectory({ XDG_RUNTIME_DIR: join(parent, 'x'.repeat(80)) });
  expect(path).toMatch(/^\/tmp\/rankbook-/);
  rmSync(path, { recursive: true });
});

function foreignDirectory(name: string): string {
  const path = join(parent, name);
  mkdirSync(path);
  writeFileSync(join(path, 'homework.ipynb'), '{}');
  utimesSync(path, 1000, 1000);
  return path;
}

it('removes what killed kernels have left, and nothing else', async () => {
  const dead = await kernelDirectory('rankbook-dead', false, true);
  const kept = [
    await kernelDirectory('rankbook-alive', true, true),
    await kernelDirectory('rankbook-young', false, false),
    await kernelDirectory('other', false, true),
    foreignDirectory('rankbook-course')
  ];
  await removeAbandoned({ XDG_RUNTIME_DIR: parent }, 'sock');
  expect(existsSync(dead)).toBe(false);
  expect(kept.map(path => existsSync(path))).toEqual([true, true, true, true]);
});
