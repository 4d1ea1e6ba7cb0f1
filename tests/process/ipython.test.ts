import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Runs } from '../../kernel/runs/index.js';
import type { RunOutcome } from '../../kernel/runs/spec.js';
import { createWorlds } from '../../kernel/worlds/index.js';
import { FakeCell, FakeLive, cellSpec, programSpec } from '../unit/kernel/runs/fakeWorld.js';
import { root } from './worlds-harness.js';

let folder: string;
let runs: Runs;
let cell: FakeCell;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rbi-')));
  const worlds = createWorlds({
    python: join(root, '.venv', 'bin', 'python'),
    runtimeDir: folder,
    env: { ...process.env, PYTHONPATH: root },
    log: () => undefined
  });
  runs = new Runs({ worlds, live: new FakeLive(), log: () => undefined });
});

afterAll(async () => {
  await runs.dispose();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  cell = new FakeCell();
  cell.cwd = folder;
});

const world = { ...cellSpec().world, size: 2 };

/** Run a cell whose first line is 2, on rank 0 or on both. */
function run(source: string, ranks: number[] | null = [0]): Promise<RunOutcome> {
  return runs.run(cellSpec({ world, ranks, work: { kind: 'cell', source: `\n${source}` } }), cell);
}

/** Wait for the end, and answer questions meanwhile; what was asked. */
async function answering(running: Promise<RunOutcome>, answers: string[]): Promise<string[]> {
  const asked: string[] = [];
  let ended = false;
  const end = running.finally(() => (ended = true));
  while (!ended) {
    const question = cell.questions.shift();
    if (question) {
      asked.push(question.prompt);
      question.answer(answers.shift() ?? 'q');
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect((await end).status).toBe('ok');
  return asked;
}

/** What a rank has put out, without its number and the names of cells. */
function lines(): string[] {
  return cell.plain.split('\n').map(line => line.slice(4).replace(/<ipython-[^>]*>/, ''));
}

function notices(): string {
  return cell.model.notices.map(notice => notice.text).join('\n');
}

describe('the debugger of a rank', () => {
  it('stops at breakpoint() in a function', async () => {
    const source = 'def f(a):\n    b = a + 1\n    breakpoint()\n    return b\nf(3)';
    const asked = await answering(run(source), ['p b', 'c']);
    expect(asked).toEqual(['[rank 0] (Pdb) ', '[rank 0] (Pdb) ']);
    expect(lines()).toEqual(['> (5)f()', '-> return b', '4', '4']);
  });

  it('steps from statement to statement of the cell, and ends with it', async () => {
    const source = 'x = 5\nbreakpoint()\ny = 6\nprint(x + y)';
    await answering(run(source), ['p x', 'n', 'n', 'p y', 'n']);
    expect(lines()).toEqual([
      '> (3)<module>()',
      '-> breakpoint()',
      '5',
      '> (4)<module>()',
      '-> y = 6',
      '> (5)<module>()',
      '-> print(x + y)',
      '6',
      '11'
    ]);
    cell = new FakeCell();
    expect(await answering(run('print("next")'), [])).toEqual([]);
  });

  it('works on some ranks while others wait for them', async () => {
    const source = [
      'from mpi4py import MPI',
      'if MPI.COMM_WORLD.rank == 0:',
      '    import pdb; pdb.set_trace()',
      'MPI.COMM_WORLD.Barrier()',
      'print("met")'
    ].join('\n');
    await answering(run(source, null), ['n', 'n', 'n']);
    expect(lines().filter(line => line === 'met')).toHaveLength(2);
    expect(notices()).toBe('');
  });

  it('looks at the last error with %debug', async () => {
    await run('def g(v):\n    return 1 / v\ng(0)');
    cell = new FakeCell();
    expect(await answering(run('%debug'), ['p v', 'q'])).toHaveLength(2);
    expect(lines()).toContain('0');
  });

  it('stops in a program', async () => {
    writeFileSync(join(folder, 'stops.py'), 'x = 3\nbreakpoint()\nprint(x + 1)\n');
    const spec = { ...programSpec('path', ['stops.py']), world: { ...world, size: 1 } };
    const running = runs.run(spec, cell);
    expect(await answering(running, ['p x', 'c'])).toHaveLength(2);
    expect(lines().slice(-2)).toEqual(['3', '4']);
  });

  it.each([
    ['breakpoint()', 'StdinNotImplementedError'],
    ['import pdb; pdb.set_trace()', 'StdinNotImplementedError'],
    ['%debug', 'UsageError']
  ])('says that nobody can be asked: %s', async (source, ename) => {
    cell.allowStdin = false;
    const outcome = await run(source);
    expect(outcome).toMatchObject({ ename, evalue: expect.stringContaining('asks for commands') });
    // No frames of the debugger.
    expect(lines().length).toBeLessThan(9);
  });
});

describe('exit and quit', () => {
  it.each(['exit', 'x = 1\nquit', 'quit()\nprint("never")'])('%j leave the cell', async source => {
    expect(await run(source, null)).toEqual({ status: 'ok' });
    expect(notices()).toBe(
      'Ranks 0 and 1 left the cell with sys.exit(); they live on, with all variables.'
    );
    expect(cell.plain).not.toContain('[0] ');
  });

  it('take an exit code', async () => {
    expect(await run('exit(3)')).toMatchObject({ ename: 'SystemExit', evalue: '[rank 0] 3' });
  });
});

describe('a rank', () => {
  it.each(['%world', 'for i in range(2):\n    %mpirun -n 2 a.py'])(
    'says where magics of the notebook belong: %j',
    async source => {
      expect(await run(source)).toMatchObject({
        ename: 'UsageError',
        evalue: expect.stringContaining('give it a cell of its own')
      });
    }
  );

  it.each(['notebook', 'widget', 'qt'])('shows figures inline after %%matplotlib %s', async gui => {
    const source = `%matplotlib ${gui}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);`;
    expect(await run(source)).toEqual({ status: 'ok' });
    expect(lines()).toEqual([
      `%matplotlib ${gui}: ranks show no windows; figures are shown inline.`,
      expect.stringContaining('<Figure size')
    ]);
  });

  it('goes where the plain cells go, and stays where it went itself', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    const where = async (cwd: string, source = ''): Promise<string[]> => {
      cell = new FakeCell();
      cell.cwd = cwd;
      await run(`${source}\nimport os; print(os.getcwd())`);
      return lines();
    };
    expect(await where(folder)).toEqual([folder]);
    expect(await where(other)).toEqual([other]);
    expect(await where(other, '%cd -q /')).toEqual(['/']);
    expect(await where(other)).toEqual(['/']);
    expect(await where(folder)).toEqual([folder]);
    await where(join(folder, 'gone'));
    expect(notices()).toMatch(
      /^The folder of the plain cells, .*gone, could not be entered: No such/
    );
  });
});
