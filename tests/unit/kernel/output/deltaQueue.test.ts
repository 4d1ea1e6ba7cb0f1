import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../../src/protocol/index.js';
import { DeltaQueue, RunReducer } from '../../../../kernel/output/index.js';
import {
  DISPLAY_BURST,
  DISPLAY_RATE,
  LIVE_BURST,
  LIVE_RATE
} from '../../../../kernel/output/deltaQueue.js';
import { display, head, shown, text } from './model.js';

function bytes(deltas: Delta[]): number {
  return JSON.stringify(deltas).length;
}

describe('the live view', () => {
  it('gets what there is in the order of arrival, text of one rank joined', () => {
    const queue = new DeltaQueue();
    [
      text(0, 'a\n'),
      text(0, 'b\n'),
      text(1, 'x\n'),
      text(0, 'c\n'),
      text(0, 'e\n', 'stderr'),
      { op: 'rank', rank: 0, state: 'done' } as const,
      { op: 'notice', notice: { level: 'info', text: 'n' } } as const
    ].forEach(delta => queue.push(delta));
    expect(queue.take(0)).toEqual([
      text(0, 'a\nb\n'),
      text(1, 'x\n'),
      text(0, 'c\n'),
      text(0, 'e\n', 'stderr'),
      { op: 'rank', rank: 0, state: 'done' },
      { op: 'notice', notice: { level: 'info', text: 'n' } }
    ]);
    expect(queue.empty).toBe(true);
    expect(queue.take(50)).toEqual([]);
  });

  it('gets a line whole where it began', () => {
    const queue = new DeltaQueue();
    [text(0, 'be'), text(1, 'x\n'), text(0, 'gun\nnext\n')].forEach(delta => queue.push(delta));
    expect(queue.take(0)).toEqual([text(0, 'begun\n'), text(1, 'x\n'), text(0, 'next\n')]);
  });

  it('has the order of the final form, whatever the parts are', () => {
    const parts = ['a', 'b\n', 'c\nd', '\n', '\re\n', 'f\n\ng\n'];
    // A fixed sequence that looks like chance.
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const queue = new DeltaQueue();
    const kernel = new RunReducer(head(4));
    const page = new RunReducer(head(4));
    for (let tick = 0; tick < 40; tick++) {
      for (let i = 0; i < 20; i++) {
        const rank = next(4);
        const delta: Delta =
          next(12) === 0
            ? display(rank, 'd')
            : text(rank, parts[next(parts.length)], next(5) === 0 ? 'stderr' : 'stdout');
        kernel.apply(delta);
        queue.push(delta);
      }
      queue.take(tick * 50).forEach(delta => page.apply(delta));
      expect(page.model().order).toEqual(kernel.model().order);
    }
    expect(page.model()).toEqual(kernel.model());
  });

  it('gets text joined per rank where many ranks say much', () => {
    const queue = new DeltaQueue();
    const kernel = new RunReducer(head(8));
    const page = new RunReducer(head(8));
    let sent = 0;
    let put = 0;
    for (let tick = 0; tick < 40; tick++) {
      for (let line = 0; line < 1000; line++) {
        const delta = text(line % 8, `${tick} ${line}\n`);
        put += JSON.stringify(delta).length;
        kernel.apply(delta);
        queue.push(delta);
      }
      const deltas = queue.take(tick * 50);
      expect(deltas.length).toBeLessThanOrEqual(250);
      sent += bytes(deltas);
      deltas.forEach(delta => page.apply(delta));
    }
    expect(sent).toBeLessThan(put / 4);
    expect(queue.take(2000)).toEqual([]);
  });

  it('does not change deltas that others hold', () => {
    const queue = new DeltaQueue();
    const first = text(0, 'a');
    queue.push(first);
    queue.push(text(0, 'b'));
    expect(first).toEqual(text(0, 'a'));
  });

  it('makes the same of the deltas as of the parts', () => {
    const queue = new DeltaQueue();
    const kernel = new RunReducer(head(2));
    const page = new RunReducer(head(2));
    const parts: Delta[] = [
      text(0, '10%'),
      text(0, '\r55%'),
      text(0, '\r7%\n'),
      { op: 'clear', rank: 1, wait: true },
      display(1, 'frame'),
      text(1, 'x\n'),
      { op: 'clear', rank: 1, wait: false },
      text(1, 'y\n')
    ];
    for (const part of parts) {
      kernel.apply(part);
      queue.push(part);
    }
    queue.take(0).forEach(delta => page.apply(delta));
    expect(shown(page.model(), 0)).toBe(shown(kernel.model(), 0));
    expect(shown(page.model(), 1)).toBe(shown(kernel.model(), 1));
  });

  it('is told only the last state of a progress bar', () => {
    const queue = new DeltaQueue();
    for (let i = 0; i < 1000; i++) {
      queue.push(text(0, `\r${String(i).padStart(4)}`));
    }
    expect(queue.take(0)).toEqual([text(0, '\r 999')]);
  });

  it('stays within its rate when ranks flood, shows the newest and counts the rest', () => {
    const queue = new DeltaQueue();
    const seconds = 4;
    let sent = 0;
    let put = 0;
    let told = 0;
    let newest = '';
    for (let tick = 0; tick < seconds * 20; tick++) {
      for (let i = 0; i < 500; i++) {
        const line = `tick ${tick} line ${i} ${'x'.repeat(60)}\n`;
        queue.push(text(0, line));
        put += line.length;
      }
      queue.push(text(1, 'quiet\n'));
      const deltas = queue.take(tick * 50);
      sent += bytes(deltas);
      expect(deltas.filter(d => 'rank' in d && d.rank === 1)).toEqual([text(1, 'quiet\n')]);
      for (const delta of deltas) {
        if (delta.op === 'skip') {
          told += delta.bytes;
        } else if (delta.op === 'stream' && delta.rank === 0) {
          told += delta.text.length;
          newest = delta.text;
        }
      }
      expect(newest.endsWith(`tick ${tick} line 499 ${'x'.repeat(60)}\n`)).toBe(true);
    }
    expect(told).toBe(put);
    expect(sent).toBeLessThan(1.2 * (LIVE_BURST + seconds * LIVE_RATE));
  });

  it('costs a small share of a flood, however long that takes', () => {
    const queue = new DeltaQueue();
    let sent = 0;
    let put = 0;
    for (let tick = 0; tick < 60 * 20; tick++) {
      const block = `${'x'.repeat(79)}\n`.repeat(50);
      queue.push(text(tick % 4, block));
      put += block.length;
      sent += bytes(queue.take(tick * 50));
    }
    expect(sent).toBeLessThan(0.4 * put);
    expect(sent).toBeGreaterThan(0.15 * put);
  });

  it('shows a slow run in full, for hours', () => {
    const queue = new DeltaQueue();
    for (let second = 0; second < 3600; second++) {
      queue.push(text(0, `${'x'.repeat(4000)}\n`));
      expect(queue.take(second * 1000).map(delta => delta.op)).toEqual(['stream']);
    }
  });

  it('holds little of a flood between two ticks', () => {
    const queue = new DeltaQueue();
    for (let i = 0; i < 20_000; i++) {
      queue.push(text(0, `${'x'.repeat(999)}\n`));
    }
    const deltas = queue.take(0);
    expect(deltas[0]).toMatchObject({ op: 'skip', rank: 0 });
    expect(bytes(deltas)).toBeLessThan(200_000);
  });

  it('shows every image of an animation of usual size, beside a rank that floods', () => {
    const queue = new DeltaQueue();
    const figure = 'z'.repeat(100_000);
    let frames = 0;
    for (let tick = 0; tick < 60 * 20; tick++) {
      queue.push(text(1, `${'x'.repeat(79)}\n`.repeat(500)));
      if (tick % 3 === 0) {
        queue.push({ op: 'clear', rank: 0, wait: true });
        queue.push(display(0, figure));
      }
      const deltas = queue.take(tick * 50);
      frames += deltas.filter(delta => delta.op === 'output').length;
      expect(deltas.filter(delta => delta.op === 'skip' && delta.rank === 0)).toEqual([]);
    }
    expect(frames).toBe(400);
  });

  it('stays within the rate of displays, and shows the newest of them', () => {
    const queue = new DeltaQueue();
    const seconds = 5;
    let sent = 0;
    let put = 0;
    let told = 0;
    for (let tick = 0; tick < seconds * 20; tick++) {
      for (let rank = 0; rank < 16; rank++) {
        const delta = display(rank, `${tick} ${'z'.repeat(50_000)}`);
        queue.push(delta);
        put += bytes([delta]);
      }
      const deltas = queue.take(tick * 50);
      for (const delta of deltas) {
        told += delta.op === 'skip' ? delta.bytes : 0;
      }
      const shown = deltas.filter(delta => delta.op === 'output');
      // Of one moment: those of the ranks that came last.
      expect(shown.map(delta => delta.rank)).toEqual(
        Array.from({ length: shown.length }, (_, i) => 16 - shown.length + i)
      );
      sent += bytes(shown);
    }
    expect(sent).toBeLessThan(DISPLAY_BURST + seconds * DISPLAY_RATE);
    expect(sent).toBeGreaterThan(0.9 * seconds * DISPLAY_RATE);
    expect((sent + told) / put).toBeCloseTo(1, 2);
  });

  it('skips images that are too large, never errors', () => {
    const queue = new DeltaQueue();
    queue.push(display(0, 'z'.repeat(2 * DISPLAY_BURST)));
    const error: Delta = {
      op: 'output',
      rank: 0,
      output: { output_type: 'error', ename: 'E', evalue: 'x', traceback: ['y'.repeat(5000)] }
    };
    queue.push(error);
    const deltas = queue.take(0);
    expect(deltas.map(delta => delta.op)).toEqual(['skip', 'output']);
    expect(deltas[1]).toEqual(error);
  });
});
