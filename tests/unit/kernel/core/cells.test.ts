import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cells, type OurPlan } from '../../../../kernel/core/cells.js';
import { makePort } from '../../../../kernel/core/execution.js';
import { InputBroker } from '../../../../kernel/core/input.js';
import { mistakeFailure } from '../../../../kernel/core/mistake.js';
import type { IRunner } from '../../../../kernel/core/runner.js';
import { writeCellFile } from '../../../../kernel/core/writefile.js';
import type { ICellPort } from '../../../../kernel/runs/spec.js';
import { origin, RecordingOutlet } from './outlet.js';

const RUNNER: IRunner = {
  run: spec => {
    throw new TypeError(`bug at ${spec.command}`);
  },
  worldCommand: plan => Promise.resolve({ status: 'ok', evalue: plan.action }),
  interrupt: () => false,
  attach: id => ({ type: 'gone', id }),
  record: id => ({ type: 'record', id, record: null }),
  active: () => [],
  complete: () => Promise.resolve(null),
  inspect: () => Promise.resolve(null),
  dispose: () => Promise.resolve()
};

let directory: string;
let published: [string, object][];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cells-'));
  published = [];
});

afterEach(() => rmSync(directory, { recursive: true }));

function port(options: { silent?: boolean; allowStdin?: boolean } = {}): ICellPort {
  const outlet = new RecordingOutlet();
  const broker = new InputBroker(outlet.session, () => undefined);
  return makePort(broker, {
    executionCount: 1,
    cwd: directory,
    silent: options.silent ?? false,
    allowStdin: options.allowStdin ?? false,
    origin: origin(outlet.request('execute_request', {})),
    publish: (msgType, content) => published.push([msgType, content])
  });
}

describe('Cells', () => {
  const cells = new Cells(RUNNER);
  const plan = (source: string): OurPlan => {
    const made = cells.plan(source);
    expect(made.kind).not.toBe('delegate');
    return made as OurPlan;
  };

  it('writes a file and says where and how to run it', async () => {
    const outcome = await cells.carryOut(plan('%%writefile f.py\nprint(1)\n'), port());
    expect(outcome).toEqual({ status: 'ok' });
    expect(readFileSync(join(directory, 'f.py'), 'utf8')).toBe('print(1)\n');
    const text = `Writing f.py\n${directory}/f.py  -  run it on ranks: %mpirun -n 4 f.py\n`;
    expect(published).toEqual([['stream', { name: 'stdout', text }]]);
  });

  it('shows a mistake, and starts nothing', async () => {
    const outcome = await cells.carryOut(plan('%%mpirun --frehs\n1'), port());
    expect(outcome).toMatchObject({ status: 'error', ename: 'UsageError' });
    expect(published.map(([msgType]) => msgType)).toEqual(['error']);
  });

  it('publishes nothing for a silent cell', async () => {
    await cells.carryOut(plan('%%writefile f.py\nprint(1)\n'), port({ silent: true }));
    await cells.carryOut(plan('%%mpirun --frehs\n1'), port({ silent: true }));
    expect(published).toEqual([]);
  });

  it('shows an error of the kernel itself as an error of the cell', async () => {
    const outcome = await cells.carryOut(plan('%%mpirun -n 2\n1'), port());
    expect(outcome).toMatchObject({ ename: 'TypeError', evalue: 'bug at %%mpirun -n 2' });
  });

  it('remembers %autompirun until it is put off, or IPython starts anew', async () => {
    expect(cells.plan('x').kind).toBe('delegate');
    await cells.carryOut(plan('%autompirun -n 3'), port());
    expect(cells.plan('x')).toMatchObject({ kind: 'run', spec: { world: { size: 3 } } });
    await cells.carryOut(plan('%autompirun off'), port());
    expect(cells.plan('x').kind).toBe('delegate');
    await cells.carryOut(plan('%autompirun -n 3'), port());
    cells.reset();
    expect(cells.automatic).toBe(false);
  });

  it('gives help to the pager', async () => {
    const { payload } = await cells.carryOut(plan('%%mpirun?'), port());
    expect(payload).toMatchObject([{ source: 'page', start: 0 }]);
  });

  it('takes a shell line only where it means a run', () => {
    expect(cells.planCall('!', 'mpiexec -np 2 python f.py', null).kind).toBe('run');
    expect(cells.planCall('!', 'mpiexec -np 2 python f.py | sort', null).kind).toBe('delegate');
    expect(cells.planCall('!', 'mpiexec --no-such 2 python f.py', null).kind).toBe('delegate');
    expect(cells.planCall('%mpirun', '--no-such', null).kind).toBe('mistake');
  });

  it('does not ask where the front end can not answer', async () => {
    const { signal } = new AbortController();
    await expect(port().input('', false, signal)).rejects.toThrow('does not support input');
  });
});

describe('writeCellFile', () => {
  const write = (file: string, append = false): string =>
    writeCellFile({ file, append, body: 'x\n' }, directory);

  it('says what IPython says', () => {
    expect(write('a.txt')).toBe(`Writing a.txt\n${directory}/a.txt\n`);
    expect(write('a.txt')).toMatch(/^Overwriting a\.txt\n/);
    expect(write('a.txt', true)).toMatch(/^Appending to a\.txt\n/);
    expect(readFileSync(join(directory, 'a.txt'), 'utf8')).toBe('x\nx\n');
  });

  it.each([
    ['heat.c', '!mpicc -O2 heat.c -o heat, run with %mpirun -n 4 ./heat'],
    ['heat.cpp', '!mpicxx -O2 heat.cpp -o heat, run with %mpirun -n 4 ./heat'],
    ['my file.py', "run it on ranks: %mpirun -n 4 'my file.py'"],
    ["it's.py", "run it on ranks: %mpirun -n 4 'it'\\''s.py'"]
  ])('tells how to run %s', (file, how) => {
    expect(write(file)).toContain(how);
  });

  it('refuses a named pipe, which would keep the kernel waiting for a reader', () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    expect(() => write('pipe')).toThrow('pipe is a named pipe, not a file');
  });

  it('expands ~, and raises what Python would', () => {
    expect(() => write('~/no/such/folder/f')).toThrow(
      `[Errno 2] No such file or directory: '${homedir()}/no/such/folder/f'`
    );
    expect(() => write('.')).toThrow(expect.objectContaining({ name: 'IsADirectoryError' }));
  });
});

describe('mistakeFailure', () => {
  it('puts carets under the mistake', () => {
    const failure = mistakeFailure({
      message: 'wrong',
      line: '%%mpirun --frsh',
      lineNumber: 2,
      column: 9,
      length: 6,
      hint: 'did you mean --fresh?'
    });
    // eslint-disable-next-line no-control-regex
    const plain = failure.traceback.map(line => line.replace(/\x1b\[[\d;]*m/g, ''));
    expect(plain).toEqual([
      'UsageError: wrong',
      '  line 2:',
      '    %%mpirun --frsh',
      '             ^^^^^^',
      'Hint: did you mean --fresh?'
    ]);
  });
});
