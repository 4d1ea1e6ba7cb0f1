import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness } from './worlds-harness.js';

let harness: Harness;
beforeAll(() => {
  harness = new Harness();
  harness.worlds.warm();
});
afterAll(() => harness.dispose());

describe('a cell on real ranks', () => {
  it.each([1, 2, 4, 16])('runs on %i ranks', async size => {
    const recorder = await harness.run(
      size,
      [
        'from mpi4py import MPI',
        'comm = MPI.COMM_WORLD',
        'print(comm.rank, comm.size, comm.allreduce(comm.rank))'
      ].join('\n')
    );
    const sum = (size * (size - 1)) / 2;
    for (let rank = 0; rank < size; rank++) {
      expect(recorder.text(rank)).toBe(`${rank} ${size} ${sum}\n`);
      expect(recorder.done[rank]).toMatchObject({ status: 'ok' });
    }
  });

  it('passes objects and arrays between ranks', async () => {
    const recorder = await harness.run(
      2,
      [
        'import numpy as np',
        'from mpi4py import MPI',
        'comm = MPI.COMM_WORLD',
        'class Point: pass',
        'if comm.rank == 0:',
        '    comm.send({"a": Point()}, dest=1, tag=5)',
        '    comm.Send(np.arange(1_000_000.0), dest=1)',
        'else:',
        '    print(type(comm.recv(source=0, tag=5)["a"]).__name__)',
        '    data = np.empty(1_000_000)',
        '    comm.Recv(data, source=0)',
        '    print(data.sum())'
      ].join('\n')
    );
    expect(recorder.text(1)).toBe('Point\n499999500000.0\n');
  });

  it('keeps variables from cell to cell, each rank its own', async () => {
    await harness.run(2, 'from mpi4py import MPI\nx = MPI.COMM_WORLD.rank * 10');
    const recorder = await harness.run(2, 'print(x)');
    expect([recorder.text(0), recorder.text(1)]).toEqual(['0\n', '10\n']);
  });

  it('draws other random numbers on each rank', async () => {
    const recorder = await harness.run(
      2,
      'import random, numpy\nprint(random.random(), numpy.random.rand())',
      { fresh: true }
    );
    const [a, b] = [0, 1].map(rank => recorder.text(rank).split(' '));
    expect(a?.[0]).not.toBe(b?.[0]);
    expect(a?.[1]).not.toBe(b?.[1]);
  });

  it('shows the last value, awaits, and runs shell commands and magics', async () => {
    const recorder = await harness.run(
      1,
      [
        'import asyncio',
        'await asyncio.sleep(0.01)',
        '!echo from the shell; echo to stderr >&2',
        'lines = !echo one; echo two',
        'print(lines)',
        'print(_exit_code)',
        '%timeit -n 1 -r 1 pass',
        '6 * 7'
      ].join('\n')
    );
    expect(recorder.done[0]).toMatchObject({ status: 'ok' });
    expect(recorder.text(0, 'stdout')).toMatch(
      /^from the shell\n\['one', 'two'\]\n0\n.* per loop .*\n$/
    );
    expect(recorder.text(0, 'stderr')).toBe('to stderr\n');
    const last = recorder.events[0]?.at(-1);
    expect(last).toMatchObject({
      kind: 'display',
      report: { output_type: 'execute_result', execution_count: expect.any(Number) },
      data: { 'text/plain': '42' }
    });
  });

  it('runs a cell magic behind the magic line', async () => {
    const recorder = await harness.run(1, '%%time\nx = 5\nprint(x)');
    expect(recorder.text(0)).toMatch(/^5\n[\s\S]*Wall time/);
    const bash = await harness.run(1, '\n%%bash\necho $((3 + 4))');
    expect(bash.text(0)).toBe('7\n');
  });

  it('knows the names that plain Python has', async () => {
    const recorder = await harness.run(
      1,
      [
        'import sys, os, pickle',
        'def f(): return 1',
        'print(__name__, sys.modules["__main__"].f is f, pickle.dumps(f)[:4] != b"")',
        'print([n for n in os.environ if n.startswith("PMI_")])',
        'print(sys.stdin.read() == "", sys.path[0] == "")'
      ].join('\n')
    );
    expect(recorder.done[0]?.error).toBeUndefined();
    expect(recorder.text(0)).toBe('__main__ True True\n[]\nTrue True\n');
  });

  it('displays, updates and clears', async () => {
    const recorder = await harness.run(
      1,
      [
        'from IPython.display import display, update_display, clear_output, HTML',
        'print("before")',
        'handle = display(HTML("<b>x</b>"), display_id="d1")',
        'print("after")',
        'update_display("new", display_id="d1")',
        'clear_output(wait=True)',
        'display({"value": float("nan")}, raw=False)',
        'print("end")'
      ].join('\n')
    );
    expect(recorder.done[0]?.error).toBeUndefined();
    expect(recorder.sequence(0)).toEqual([
      'stdout:before\n',
      'display:<IPython.core.display.HTML object>',
      'stdout:after\n',
      "display:'new'",
      'clear:',
      "display:{'value': nan}",
      'stdout:end\n'
    ]);
    const reports = recorder.events[0]?.flatMap(e => (e.kind === 'display' ? [e.report] : []));
    expect(reports?.[0]).toMatchObject({ output_type: 'display_data', display_id: 'd1' });
    expect(reports?.[1]).toMatchObject({ output_type: 'update_display_data', display_id: 'd1' });
  });

  it('shows figures at the end of the cell', async () => {
    const recorder = await harness.run(
      2,
      ['import matplotlib.pyplot as plt', 'plt.plot([1, 2, 3])', 'print("drawn");'].join('\n')
    );
    for (const rank of [0, 1]) {
      const displays = recorder.events[rank]?.flatMap(e => (e.kind === 'display' ? [e] : []));
      expect(displays).toHaveLength(1);
      const png = Buffer.from(String(displays?.[0]?.data['image/png']), 'base64');
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(recorder.text(rank)).toBe('drawn\n');
    }
  });

  it('honours plt.show() in its place and closes figures', async () => {
    const recorder = await harness.run(
      1,
      'import matplotlib.pyplot as plt\nplt.figure(); plt.show(); print(plt.get_fignums())'
    );
    expect(recorder.sequence(0)).toEqual([
      expect.stringContaining('display:<Figure'),
      'stdout:[]\n'
    ]);
  });

  it('leaves nothing to show where there is only an assignment', async () => {
    const recorder = await harness.run(1, 'x = 1;\n7;');
    expect(recorder.sequence(0)).toEqual([]);
  });

  it('tells errors with the lines of the cell', async () => {
    const recorder = await harness.run(2, 'a = 1\n\ndef f():\n    return a / 0\n\nf()');
    const done = recorder.done[1];
    expect(done).toMatchObject({
      status: 'error',
      error: { ename: 'ZeroDivisionError', evalue: 'division by zero', line: 5 }
    });
    const traceback = stripVTControlCharacters(done?.error?.traceback.join('\n') ?? '');
    expect(traceback).toMatch(/Cell In\[\d+\], line 7/);
    expect(traceback).toMatch(/Cell In\[\d+\], line 5, in f\(\)/);
    expect(traceback).toContain('-> 5     return a / 0');
    expect(recorder.text(1)).toBe('');
  });

  it('cuts messages of errors that are too long to show, and tells how it ended', async () => {
    const source = 'raise ValueError("begin " + "x" * 10_000_000 + " end")';
    const recorder = await harness.run(1, source);
    const { evalue = '', traceback = [], line } = recorder.done[0]?.error ?? {};
    expect(line).toBe(2);
    expect(evalue).toMatch(/^begin x+\n\.\.\. 99\d+ characters left out \.\.\.\nx+ end$/);
    expect(evalue.length).toBeLessThan(70_000);
    expect(traceback.join('\n').length).toBeLessThan(70_000);
    expect(stripVTControlCharacters(traceback.join('\n'))).toMatch(/Cell In\[\d+\], line 2/);
  });

  it('tells syntax errors with the line of the cell', async () => {
    const recorder = await harness.run(1, 'a = 1\nb = = 2');
    expect(recorder.done[0]).toMatchObject({
      status: 'error',
      error: { ename: 'SyntaxError', line: 3 }
    });
  });

  it('survives sys.exit, exit() and Finalize', async () => {
    const exit = await harness.run(1, 'import sys\nkept = 1\nsys.exit(3)');
    expect(exit.done[0]).toMatchObject({ status: 'exit', code: 3 });
    expect(exit.text(0)).toBe('');
    // unittest ends so.
    const good = await harness.run(1, 'sys.exit(False)');
    expect(good.done[0]).toMatchObject({ status: 'exit', code: 0 });
    const message = await harness.run(1, 'sys.exit("bye")');
    expect(message.done[0]).toMatchObject({ status: 'exit', code: 1 });
    expect(message.text(0, 'stderr')).toBe('bye\n');
    const quit = await harness.run(1, 'exit()\nprint("not here")');
    expect(quit.done[0]).toMatchObject({ status: 'exit', code: 0 });
    const finalize = await harness.run(1, 'from mpi4py import MPI\nMPI.Finalize()\nprint(kept)');
    expect(finalize.text(0)).toBe('1\n');
    expect(finalize.done[0]?.notes?.[0]).toContain('put off');
  });

  it('keeps one thread of BLAS a rank', async () => {
    const recorder = await harness.run(
      1,
      'import numpy as np\nnp.linalg.inv(np.random.rand(300, 300))\nimport os\nprint(os.environ["OPENBLAS_NUM_THREADS"])'
    );
    expect(recorder.text(0)).toBe('1\n');
  });

  it('answers completion and inspection while a cell runs', async () => {
    const { world, recorder } = await harness.acquire(1);
    const gate = harness.gate();
    harness.send(world, `special_name = {"a": 1}\nprint("go")\n${gate.line}`);
    await recorder.until(() => recorder.text(0) === 'go\n');
    world.sendControl(0, { type: 'complete', id: 1, code: 'special_n', cursor_pos: 9 });
    world.sendControl(0, {
      type: 'inspect',
      id: 2,
      code: 'special_name',
      cursor_pos: 5,
      detail_level: 0
    });
    await recorder.until(() => recorder.control.length === 2);
    expect(recorder.done[0]).toBeUndefined();
    gate.open();
    const reports = recorder.control.map(each => each.report);
    expect(reports).toContainEqual(
      expect.objectContaining({
        type: 'complete_reply',
        id: 1,
        matches: ['special_name'],
        cursor_start: 0,
        cursor_end: 9
      })
    );
    const inspection = reports.find(report => report.type === 'inspect_reply');
    expect(inspection).toMatchObject({ id: 2, found: true });
    expect(JSON.stringify(inspection)).toContain('dict');
    await recorder.finished();
    world.listener = null;
  });

  it('says in which line of the cell a rank is', async () => {
    const { world, recorder } = await harness.acquire(1);
    const gate = harness.gate();
    const run = harness.send(world, `print("go")\n\n${gate.line}`);
    await recorder.until(() => recorder.text(0) === 'go\n');
    const snapshots = (): { line: number | null; id: number }[] =>
      recorder.control.map(c => c.report).filter(report => report.type === 'snapshot');
    // The text may be here before the rank has come to the next line.
    const ask = setInterval(() => world.sendControl(0, { type: 'snapshot', id: 7, run }), 50);
    await recorder
      .until(() => snapshots().some(snapshot => snapshot.line === 4))
      .finally(() => clearInterval(ask));
    gate.open();
    expect(snapshots().find(snapshot => snapshot.line === 4)).toMatchObject({
      id: 7,
      busy: true,
      wait: null
    });
    await recorder.finished();
    world.listener = null;
  });
});

describe('input', () => {
  it('asks the user and goes on with the answer', async () => {
    const { world, recorder } = await harness.acquire(2);
    const run = harness.send(
      world,
      [
        'from getpass import getpass',
        'from mpi4py import MPI',
        'if MPI.COMM_WORLD.rank == 1:',
        '    name = input("Name? ")',
        '    secret = getpass()',
        '    print(name, secret)'
      ].join('\n')
    );
    await recorder.until(() => recorder.inputs.length === 1);
    expect(recorder.inputs[0]).toEqual({ rank: 1, prompt: 'Name? ', password: false });
    world.sendWork(1, { type: 'input_reply', run, value: 'Ada' });
    await recorder.until(() => recorder.inputs.length === 2);
    expect(recorder.inputs[1]).toEqual({ rank: 1, prompt: 'Password: ', password: true });
    world.sendWork(1, { type: 'input_reply', run, value: 'xyz' });
    await recorder.finished();
    expect(recorder.text(1)).toBe('Ada xyz\n');
    world.listener = null;
  });

  it('can be interrupted', async () => {
    const { world, recorder } = await harness.acquire(2);
    const run = harness.send(world, 'input("? ")', [0]);
    await recorder.until(() => recorder.inputs.length === 1);
    world.sendControl(0, { type: 'interrupt', run });
    await recorder.finished([0]);
    expect(recorder.done[0]?.status).toBe('interrupted');
    world.listener = null;
    expect((await harness.run(2, 'print(1)')).text(0)).toBe('1\n');
  });

  it('is refused where the front end can not ask', async () => {
    const { world, recorder } = await harness.acquire(1);
    harness.send(world, 'input()', [0], false);
    await recorder.finished();
    expect(recorder.done[0]?.error?.ename).toBe('StdinNotImplementedError');
    world.listener = null;
  });
});
