import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cellSpec } from './fakeWorld.js';
import { setting } from './setting.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rankbook-save-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

describe('--save', () => {
  it('writes every line with its rank, in the order of arrival', async () => {
    const s = setting();
    s.cell.cwd = folder;
    await s.start(cellSpec({ save: 'out/run.log' }));
    s.world.text(1, 'one\ntw');
    s.world.text(0, 'zero\n');
    s.world.text(1, 'o\n');
    s.world.display(3, 'a\nb');
    s.world.text(2, 'no newline');
    await s.wait(100);
    const file = join(folder, 'out', 'run.log');
    expect(readFileSync(file, 'utf8')).toBe('[1] one\n[0] zero\n[1] two\n[3] a\n[3] b\n');
    s.world.raise(0, 'ValueError', 'x');
    [1, 2, 3].forEach(rank => s.world.done(rank));
    await s.outcome();
    expect(readFileSync(file, 'utf8')).toMatch(/\[0\] ValueError: x\n\[2\] no newline\n$/);
  });

  it('refuses a named pipe, which would keep the kernel waiting for a reader', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const s = setting();
    s.cell.cwd = folder;
    await s.start(cellSpec({ save: 'pipe' }));
    expect(await s.outcome()).toMatchObject({
      ename: 'UsageError',
      evalue: '--save: pipe is a named pipe, not a file: choose another name.'
    });
  });

  it('leaves the file of an earlier run alone where no world can be had', async () => {
    const file = join(folder, 'run.log');
    writeFileSync(file, 'earlier\n');
    const s = setting();
    s.cell.cwd = folder;
    s.worlds.refusal = 'There are too many ranks.';
    await s.start(cellSpec({ save: 'run.log' }));
    await s.outcome();
    expect(readFileSync(file, 'utf8')).toBe('earlier\n');
    const next = setting();
    next.cell.cwd = folder;
    await next.start(cellSpec({ save: 'run.log' }));
    [0, 1, 2, 3].forEach(rank => next.world.done(rank));
    await next.outcome();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('keeps what the notebook leaves out', async () => {
    const s = setting();
    s.cell.cwd = folder;
    await s.start(cellSpec({ save: 'run.log' }));
    const block = `${'x'.repeat(99)}\n`.repeat(10_000);
    for (let i = 0; i < 20; i++) {
      s.world.text(0, block);
    }
    [0, 1, 2, 3].forEach(rank => s.world.done(rank));
    await s.outcome();
    expect(s.cell.model.ranks[0].omitted).toBeGreaterThan(1_000_000);
    expect(readFileSync(join(folder, 'run.log'), 'utf8').split('\n')).toHaveLength(200_001);
  });

  it('says why a file can not be written, and starts nothing', async () => {
    const s = setting();
    s.cell.cwd = folder;
    await s.start(cellSpec({ save: '.' }));
    expect(await s.outcome()).toMatchObject({
      status: 'error',
      evalue: '--save: . is a folder: name a file in it.'
    });
    expect(s.worlds.acquired).toEqual([]);
  });
});
