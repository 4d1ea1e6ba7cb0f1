import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Harness, PROMPT } from './worlds-harness.js';

let harness: Harness;
beforeAll(() => {
  harness = new Harness();
  harness.worlds.warm();
});
afterAll(() => harness.dispose());

const C_CODE = [
  'import ctypes, os, sys, subprocess',
  'libc = ctypes.CDLL(None)',
  'printf = lambda text: libc.printf(b"%s", text.encode())'
].join('\n');

describe('output of a rank', () => {
  it('keeps the order of print, C, subprocesses, stderr and displays', async () => {
    const recorder = await harness.run(
      1,
      [
        C_CODE,
        'for i in range(20):',
        '    print("python", i)',
        '    printf(f"c {i}\\n")',
        '    subprocess.run(["echo", f"child {i}"])',
        '    print("error", i, file=sys.stderr)',
        '    display(i)'
      ].join('\n')
    );
    expect(recorder.done[0]?.error).toBeUndefined();
    const expected: string[] = [];
    for (let i = 0; i < 20; i++) {
      expected.push(`stdout:python ${i}\nc ${i}\nchild ${i}\n`);
      expected.push(`stderr:error ${i}\n`);
      expected.push(`display:${i}`);
    }
    expect(recorder.sequence(0)).toEqual(expected);
  });

  it('waits for a kernel that is slower than its displays', async () => {
    const { world, recorder } = await harness.acquire(1);
    harness.send(
      world,
      'import time\nbegan = time.time()\n' +
        'for i in range(30):\n    display({"text/plain": "x" * 1_000_000}, raw=True)\n' +
        'print(time.time() - began)'
    );
    const slow = recorder.onWork.bind(recorder);
    recorder.onWork = (...work) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      slow(...work);
    };
    await recorder.finished();
    // Without it all would have been sent within a second.
    expect(Number(recorder.text(0))).toBeGreaterThan(1.5);
    expect(recorder.events[0]?.filter(({ kind }) => kind === 'display')).toHaveLength(30);
    world.listener = null;
  });

  it('gives what C has not flushed at the end of the cell', async () => {
    const recorder = await harness.run(
      1,
      `${C_CODE}\nprintf("unended")\nprint("before", end="")\nsys.stdout.buffer.write(b" bytes");`
    );
    expect(recorder.text(0)).toContain('unended');
    expect(recorder.text(0)).toContain('before bytes');
  });

  it('shows an unended line while the cell goes on', async () => {
    const { world, recorder } = await harness.acquire(1);
    const gate = harness.gate();
    harness.send(world, `print("50 %", end="")\n${gate.line}\nprint()`);
    await recorder.until(() => recorder.text(0) === '50 %');
    expect(recorder.done[0]).toBeUndefined();
    gate.open();
    await recorder.finished();
    expect(recorder.text(0)).toBe('50 %\n');
    world.listener = null;
  });

  it('takes a line of 10 MB, many bytes of a character, and invalid UTF-8', async () => {
    const recorder = await harness.run(
      1,
      [
        'import sys',
        'print("ä" * 5_000_000)',
        'sys.stdout.buffer.write(b"\\xff\\xfeok\\n")',
        'print("\\ud800 surrogate")'
      ].join('\n')
    );
    expect(recorder.done[0]?.error).toBeUndefined();
    const lines = recorder.text(0).split('\n');
    expect(lines[0]?.length).toBe(5_000_000);
    expect(lines[0]).toBe('ä'.repeat(5_000_000));
    expect(lines[1]).toBe('\ufffd\ufffdok');
    expect(lines[2]).toContain('surrogate');
  });

  it('loses nothing of 4 ranks x 20,000 lines', async () => {
    const started = performance.now();
    const recorder = await harness.run(
      4,
      'from mpi4py import MPI\nr = MPI.COMM_WORLD.rank\nfor i in range(20_000): print(r, i)'
    );
    const seconds = (performance.now() - started) / 1000;
    for (let rank = 0; rank < 4; rank++) {
      const lines = recorder.text(rank).split('\n');
      expect(lines).toHaveLength(20_001);
      expect(lines[19_999]).toBe(`${rank} 19999`);
    }
    expect(seconds).toBeLessThan(10);
  });

  it('is bounded in memory when a rank floods', async () => {
    const { world, recorder } = await harness.acquire(2);
    recorder.keepText = false;
    const before = process.memoryUsage().rss;
    const run = harness.send(world, 'while True: print("flood " * 20)');
    await recorder.until(() => recorder.bytes > 50_000_000, 20000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
    for (const rank of [0, 1]) {
      world.sendControl(rank, { type: 'interrupt', run });
    }
    await recorder.finished();
    expect(recorder.done.map(done => done?.status)).toEqual(['interrupted', 'interrupted']);
    world.listener = null;
  });

  it('takes text of threads and of forked processes', async () => {
    const recorder = await harness.run(
      1,
      [
        'import threading, multiprocessing, sys',
        'def work(name):',
        '    for i in range(50):',
        '        print(f"{name} {i}")',
        '        print(f"{name} {i}", file=sys.stderr)',
        'threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(3)]',
        'context = multiprocessing.get_context("fork")',
        'process = context.Process(target=work, args=("child",))',
        'for t in threads: t.start()',
        'process.start()',
        'for t in threads: t.join()',
        'process.join()',
        'print(process.exitcode)'
      ].join('\n')
    );
    expect(recorder.done[0]?.error).toBeUndefined();
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = recorder.text(0, stream);
      expect(text).not.toContain('\x1b');
      for (const name of ['t0', 't1', 't2', 'child']) {
        // As in any Python, lines of threads may share a line of the text.
        expect(text.split(`${name} `)).toHaveLength(51);
      }
    }
    expect(recorder.text(0, 'stdout').endsWith('0\n')).toBe(true);
  });

  it('is not told twice by a child that the cell has forked', async () => {
    const recorder = await harness.run(
      1,
      [
        'import os',
        'pid = os.fork()',
        'if pid: os.waitpid(pid, 0)',
        'else: display("nobody sees this")',
        'print("child" if pid == 0 else "rank")'
      ].join('\n')
    );
    expect(recorder.sequence(0)).toEqual(['stdout:child\nrank\n']);
    expect((await harness.run(1, 'print("on")')).text(0)).toBe('on\n');
  });

  it('gives displays of a thread', async () => {
    const cell = [
      'import threading',
      't = threading.Thread(target=lambda: display("from a thread"))',
      't.start(); t.join(); print("end")'
    ].join('\n');
    // They come by another socket than the end of the cell, at times after it.
    for (let time = 0; time < 50; time++) {
      const recorder = await harness.run(1, cell);
      expect(recorder.sequence(0)).toEqual(["display:'from a thread'", 'stdout:end\n']);
    }
  });

  it('goes on where user code redirects or closes descriptors', async () => {
    const recorder = await harness.run(
      1,
      [
        'import os, sys, contextlib, io',
        'saved = os.dup(1)',
        'null = os.open(os.devnull, os.O_WRONLY)',
        'os.dup2(null, 1)',
        'print("hidden"); print("error", file=sys.stderr)',
        'os.dup2(saved, 1)',
        'print("shown")',
        'with contextlib.redirect_stdout(io.StringIO()) as text: print("caught")',
        'print(repr(text.getvalue()))'
      ].join('\n')
    );
    expect(recorder.sequence(0)).toEqual(['stderr:error\n', "stdout:shown\n'caught\\n'\n"]);
  });

  it('keeps text that comes while nobody listens for the next run', async () => {
    const gate = harness.gate();
    await harness.run(
      1,
      [
        'import threading',
        'def later():',
        `    ${gate.line}`,
        '    print("late")',
        '    open("said", "w").close()',
        'threading.Thread(target=later).start()'
      ].join('\n')
    );
    gate.open();
    const said = join(harness.directory, 'said');
    await vi.waitFor(() => expect(existsSync(said)).toBe(true), { timeout: PROMPT });
    const recorder = await harness.run(1, 'print("next")');
    expect(recorder.text(0)).toBe('late\nnext\n');
  });
});

describe('text of a rank that dies', () => {
  it.each([
    ['kill -9', 'os.kill(os.getpid(), 9)', { signal: 'SIGKILL' }, 'killed by SIGKILL'],
    ['SIGSEGV', 'ctypes.string_at(0)', { signal: 'SIGSEGV' }, 'invalid memory access'],
    ['os._exit', 'os._exit(7)', { code: 7 }, 'exit code 7'],
    ['abort()', 'libc.abort()', { signal: 'SIGABRT' }, 'abort()']
  ])('is kept: %s', async (_name, deed, exit, cause) => {
    const { world, recorder } = await harness.acquire(2, { fresh: true });
    harness.send(
      world,
      [
        C_CODE,
        'print("last words")',
        'print("and errors", file=sys.stderr)',
        'printf("of C\\n")',
        deed
      ].join('\n'),
      [1]
    );
    await recorder.finished([1]);
    expect(recorder.exits[1]).toMatchObject(exit);
    expect(recorder.exits[1]?.cause).toContain(cause);
    expect(recorder.text(1, 'stdout')).toBe('last words\nof C\n');
    expect(recorder.text(1, 'stderr')).toBe('and errors\n');
    world.listener = null;
  });
});

describe('a program', () => {
  it('runs as python would run it', async () => {
    writeFileSync(join(harness.directory, 'helper_module.py'), 'value = 42\n');
    const program = join(harness.directory, 'program.py');
    writeFileSync(
      program,
      [
        'import atexit, sys, helper_module',
        'from mpi4py import MPI',
        'if __name__ == "__main__":',
        '    comm = MPI.COMM_WORLD',
        '    atexit.register(lambda: print("bye", comm.rank))',
        '    print(comm.allreduce(1), sys.argv[1:], helper_module.value, __file__)',
        '    sys.exit(comm.rank * 2)'
      ].join('\n')
    );
    const { world, recorder } = await harness.acquire(2, { temporary: true });
    harness.sendProgram(world, 'path', [program, 'a', 'b c']);
    await recorder.exited();
    expect(recorder.exits).toMatchObject([{ code: 0 }, { code: 2 }]);
    for (const rank of [0, 1]) {
      expect(recorder.text(rank)).toBe(`2 ['a', 'b c'] 42 ${program}\nbye ${rank}\n`);
    }
    await world.stop();
    expect(world.state).toBe('gone');
  });

  it('shows the traceback of an exception and exits with 1', async () => {
    const program = join(harness.directory, 'fails.py');
    writeFileSync(program, 'def f():\n    raise ValueError("no")\nf()\n');
    const { world, recorder } = await harness.acquire(1, { temporary: true });
    harness.sendProgram(world, 'path', [program]);
    await recorder.exited();
    expect(recorder.exits[0]?.code).toBe(1);
    expect(recorder.text(0, 'stderr')).toMatch(
      /^Traceback \(most recent call last\):\n {2}File ".*fails.py", line 3, in <module>\n/
    );
    expect(recorder.text(0, 'stderr')).toMatch(/ValueError: no\n$/);
    expect(recorder.text(0, 'stderr')).not.toContain('rankbook');
  });

  it('runs a module', async () => {
    writeFileSync(join(harness.directory, 'amodule.py'), 'print("module", __name__)\n');
    const { world, recorder } = await harness.acquire(1, { temporary: true });
    harness.sendProgram(world, 'module', ['amodule']);
    await recorder.exited();
    expect(recorder.exits[0]?.code).toBe(0);
    expect(recorder.text(0)).toBe('module __main__\n');
  });

  it('may be any executable', async () => {
    const { world, recorder } = await harness.acquire(3, {
      temporary: true,
      exec: ['/bin/sh', '-c', 'echo $PMI_RANK of $PMI_SIZE; echo oops >&2; exit $PMI_RANK']
    });
    await recorder.exited();
    expect(recorder.exits.map(exit => exit?.code)).toEqual([0, 1, 2]);
    expect(recorder.text(2, 'stdout')).toBe('2 of 3\n');
    expect(recorder.text(2, 'stderr')).toBe('oops\n');
    await world.stop();
  });

  it('says when an executable can not be run', async () => {
    const { recorder } = await harness.acquire(1, { temporary: true, exec: ['./missing'] });
    await recorder.exited();
    expect(recorder.exits[0]?.code).toBe(127);
    expect(recorder.text(0)).toContain('./missing: No such file');
  });
});
