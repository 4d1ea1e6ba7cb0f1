import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../../src/protocol/index.js';
import { RunReducer } from '../../../../kernel/output/index.js';
import { display, head, modelOf, shown, text } from './model.js';

describe('text of a rank', () => {
  it('is merged while stream and rank stay the same', () => {
    const run = modelOf(2, [
      text(0, 'a'),
      text(1, 'x\n'),
      text(0, 'b\nc'),
      text(0, 'e\n', 'stderr'),
      text(0, 'd')
    ]);
    expect(run.ranks[0].outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'ab\nc' },
      { output_type: 'stream', name: 'stderr', text: 'e\n' },
      { output_type: 'stream', name: 'stdout', text: 'd' }
    ]);
  });

  it.each([
    ['a carriage return overwrites', ['10%', '\r20%', '\r100%\n'], '100%\n'],
    ['a shorter line leaves the rest, as a terminal does', ['abcdef\rxy\n'], 'xycdef\n'],
    ['a carriage return before a newline is nothing', ['a\r\nb\r', '\n'], 'a\nb\n'],
    ['a carriage return at the end keeps the line', ['50%\r'], '50%'],
    ['backspaces go back', ['abc\b\bX\n'], 'aXc\n'],
    ['a spinner', ['|\b/\b-\b\\\bok\n'], 'ok\n'],
    ['erase to the end of the line', ['abcdef\rxy\x1b[K\n'], 'xy\n'],
    ['erase the line', ['abcdef\x1b[2K\rxy\n'], 'xy\n'],
    [
      'coloured lines are replaced, not torn',
      ['\x1b[31m10%\x1b[0m\r\x1b[32m20%\x1b[0m\n'],
      '\x1b[32m20%\x1b[0m\n'
    ],
    ['earlier lines stay', ['a\nb\rc\n'], 'a\nc\n']
  ])('%s', (_, chunks, result) => {
    expect(
      shown(
        modelOf(
          1,
          chunks.map(chunk => text(0, chunk))
        )
      )
    ).toBe(result);
    const single = [...chunks.join('')].map(char => text(0, char));
    if (!chunks.join('').includes('\x1b')) {
      expect(shown(modelOf(1, single))).toBe(result);
    }
  });

  it('of a progress bar takes the room of one line', () => {
    const reducer = new RunReducer(head(1), 10_000);
    for (let i = 0; i <= 100_000; i++) {
      reducer.apply(text(0, `\r${i} of 100000 ${'#'.repeat(50)}`));
    }
    const run = reducer.model();
    expect(shown(run)).toBe(`100000 of 100000 ${'#'.repeat(50)}`);
    expect(run.ranks[0].omitted).toBeUndefined();
  });

  it('can be gone on with by a reader who has a snapshot', () => {
    const reducer = new RunReducer(head(1));
    reducer.apply(text(0, 'done: 10%\r'));
    reducer.apply(text(0, 'done'));
    const snapshot = reducer.model(true).ranks[0].outputs;
    const reader = new RunReducer(head(1));
    snapshot.forEach(output => reader.apply({ op: 'output', rank: 0, output }));
    for (const each of [reducer, reader]) {
      each.apply(text(0, ': 99'));
      expect(shown(each.model())).toBe('done: 99%');
    }
  });
});

describe('displays', () => {
  it('are updated by their id, each rank its own', () => {
    const update = (rank: number, value: string): Delta => ({
      op: 'update',
      rank,
      display_id: 'd',
      data: { 'text/plain': value },
      metadata: {}
    });
    const run = modelOf(2, [
      display(0, 'a', 'd'),
      display(1, 'b', 'd'),
      display(0, 'c', 'd'),
      update(0, 'new'),
      update(1, 'other')
    ]);
    expect(shown(run, 0)).toBe('new|new');
    expect(shown(run, 1)).toBe('other');
  });

  it('are taken away by clear_output, at once or with the next output', () => {
    const clear = (wait: boolean): Delta => ({ op: 'clear', rank: 0, wait });
    expect(shown(modelOf(1, [text(0, 'a\n'), clear(false)]))).toBe('');
    expect(shown(modelOf(1, [text(0, 'a\n'), clear(true)]))).toBe('a\n');
    expect(shown(modelOf(1, [text(0, 'a\n'), clear(true), text(0, 'b\n')]))).toBe('b\n');
    expect(shown(modelOf(1, [text(0, 'a\n'), clear(true), display(0, 'b'), text(0, 'c\n')]))).toBe(
      'b|c\n'
    );
  });
});

describe('arrival order', () => {
  it('counts lines and outputs, run by run', () => {
    const run = modelOf(2, [
      text(0, 'a\nb\n'),
      text(1, 'x'),
      text(1, 'y\nz\n'),
      display(0, 'd'),
      text(0, 'e')
    ]);
    expect(run.order).toEqual([0, 2, 1, 2, 0, 2]);
  });

  it('counts a line once, whatever pieces it comes in', () => {
    const run = modelOf(2, [
      text(0, 'a'),
      text(1, 'x\n'),
      text(0, 'b'),
      text(0, '\r'),
      text(0, 'c\n')
    ]);
    expect(run.order).toEqual([0, 1, 1, 1]);
  });

  it('forgets what a rank has cleared', () => {
    const run = modelOf(2, [
      text(0, 'a\n'),
      text(1, 'x\n'),
      text(0, 'b\n'),
      { op: 'clear', rank: 0, wait: false },
      text(1, 'y\n'),
      text(0, 'c\n')
    ]);
    expect(run.order).toEqual([1, 2, 0, 1]);
  });

  it('stays bounded in an endless animation beside a rank that prints', () => {
    const reducer = new RunReducer(head(2));
    for (let i = 0; i < 50_000; i++) {
      reducer.apply({ op: 'clear', rank: 0, wait: true });
      reducer.apply(display(0, `frame ${i}`));
      if (i % 1000 === 0) {
        reducer.apply(text(1, 'tick\n'));
      }
    }
    const run = reducer.model();
    expect(shown(run)).toBe('frame 49999');
    expect(run.order).toEqual([1, 50, 0, 1]);
  });
});

describe('the budget', () => {
  const line = (i: number): string => `line ${String(i).padStart(6, '0')} ${'x'.repeat(86)}\n`;

  it('keeps the head, the tail and a word on what is missing', () => {
    const reducer = new RunReducer(head(2), 100_000);
    for (let i = 0; i < 10_000; i++) {
      reducer.apply(text(0, line(i)));
    }
    reducer.apply(text(1, 'late but small\n'));
    const run = reducer.model();
    const all = shown(run);
    expect(all.startsWith(line(0))).toBe(true);
    expect(all.endsWith(line(9999))).toBe(true);
    expect(Buffer.byteLength(all)).toBeLessThan(100_000 + 100_000);
    expect(run.ranks[0].omitted).toBeGreaterThan(700_000);
    const [, gap] = all.split('|');
    const kept = (all.match(/^line/gm)?.length ?? 0) + (all.match(/\|line/g)?.length ?? 0);
    expect(gap).toContain(`... ${(10_000 - kept).toLocaleString('en-US')} lines (`);
    expect(gap).toContain('--save FILE keeps everything');
    expect(shown(run, 1)).toBe('late but small\n');
    expect(run.ranks[1].omitted).toBeUndefined();
  });

  it('holds for one endless line and for outputs that are no text', () => {
    const reducer = new RunReducer(head(1), 50_000);
    for (let i = 0; i < 300; i++) {
      reducer.apply(text(0, 'y'.repeat(1000)));
    }
    for (let i = 0; i < 100; i++) {
      reducer.apply(display(0, `image ${i} ${'z'.repeat(20_000)}`));
    }
    const run = reducer.model();
    expect(JSON.stringify(run).length).toBeLessThan(50_000 + 100_000 + 600_000);
    expect(shown(run)).toContain('image 99');
    expect(shown(run)).toMatch(/line \(.*\) and \d+ displays left out/);
  });

  it('never costs the error', () => {
    const run = modelOf(
      1,
      [
        ...Array.from({ length: 3000 }, (_, i) => text(0, line(i))),
        {
          op: 'output',
          rank: 0,
          output: { output_type: 'error', ename: 'E', evalue: '', traceback: [] }
        },
        ...Array.from({ length: 3000 }, (_, i) => text(0, line(i)))
      ],
      10_000
    );
    expect(run.ranks[0].outputs.some(output => output.output_type === 'error')).toBe(true);
  });

  it('comes back with clear_output', () => {
    const flood = Array.from({ length: 3000 }, (_, i) => text(0, line(i)));
    const run = modelOf(
      1,
      [...flood, { op: 'clear', rank: 0, wait: false }, text(0, 'a\n')],
      10_000
    );
    expect(run.ranks[0].outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'a\n' }]);
    expect(run.ranks[0].omitted).toBeUndefined();
  });

  it('cuts no character in two', () => {
    const run = modelOf(1, [text(0, '\u{1F600}'.repeat(10_000))], 17_001);
    expect(shown(run)).not.toContain('\ufffd');
    expect(run.ranks[0].outputs.length).toBeGreaterThan(1);
    expect(shown(run).match(/\u{1F600}/gu)).toHaveLength(10_000);
  });
});

describe('cost', () => {
  it('of 4 ranks with 20,000 lines each is linear', () => {
    const measure = (lines: number): number => {
      const reducer = new RunReducer(head(4));
      const began = process.cpuUsage();
      for (let i = 0; i < lines; i++) {
        for (let rank = 0; rank < 4; rank++) {
          reducer.apply(text(rank, `rank ${rank} line ${i} of many\n`));
        }
      }
      reducer.model();
      return process.cpuUsage(began).user / 1000;
    };
    measure(2000);
    // A quadratic reducer would take minutes.
    expect(measure(20_000)).toBeLessThan(2000);
  });

  it('of a dot at a time is linear too', () => {
    const reducer = new RunReducer(head(1));
    const began = process.cpuUsage();
    for (let i = 0; i < 300_000; i++) {
      reducer.apply(text(0, '.'));
    }
    expect(shown(reducer.model())).toHaveLength(300_000);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(2000);
  });
});

describe('a flood of displays with ids', () => {
  it('costs no more for each than a few, and the last can be updated', () => {
    const reducer = new RunReducer(head(1), 2_000_000);
    const wide = 'x'.repeat(80);
    for (let n = 0; n < 100_000; n++) {
      reducer.apply({
        op: 'output',
        rank: 0,
        output: {
          output_type: 'display_data',
          data: { 'text/plain': wide },
          metadata: {},
          transient: { display_id: `d${n}` }
        }
      });
    }
    const updated = { 'text/plain': 'new' };
    for (const display_id of ['d50000', 'd99999']) {
      reducer.apply({ op: 'update', rank: 0, display_id, data: updated, metadata: {} });
    }
    const shown = reducer
      .model()
      .ranks[0].outputs.filter(output => 'data' in output && output.data['text/plain'] === 'new');
    expect(shown).toHaveLength(1);
  });
});
