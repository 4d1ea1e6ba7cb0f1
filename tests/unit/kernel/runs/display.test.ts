import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  RUN_MIME,
  type Delta,
  type IRunModel,
  type KernelMessage
} from '../../../../src/protocol/index.js';
import { RunReducer } from '../../../../kernel/output/index.js';
import { setting, type ISetting } from './setting.js';

afterEach(async () => {
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function deltas(messages: KernelMessage[]): Delta[] {
  return messages.flatMap(message => (message.type === 'deltas' ? message.deltas : []));
}

function size(value: unknown): number {
  return JSON.stringify(value).length;
}

function endAll(s: ISetting): void {
  [0, 1, 2, 3].forEach(rank => s.world.done(rank));
}

/** The model of a page that takes a snapshot and then all deltas after it. */
function pageModel(snapshot: KernelMessage, later: KernelMessage[]): IRunModel {
  if (snapshot.type !== 'snapshot') {
    throw new Error('no snapshot');
  }
  const { run, seq } = snapshot;
  const page = new RunReducer({ ...run, ranks: run.ranks.map(rank => rank.rank) });
  for (const rank of run.ranks) {
    rank.outputs.forEach(output => page.apply({ op: 'output', rank: rank.rank, output }));
  }
  for (const message of later) {
    if (message.type === 'deltas' && message.seq > seq) {
      message.deltas.forEach(delta => page.apply(delta));
    }
  }
  return page.model();
}

describe('with a page attached', () => {
  it('a run is told by deltas, one message for many lines, and ends with one bundle', async () => {
    const s = setting();
    s.live.attached = true;
    await s.start();
    for (let i = 0; i < 40; i++) {
      s.world.text(i % 4, `line ${i}\n`);
      await s.wait(10);
    }
    const messages = s.live.sent.filter(message => message.type === 'deltas');
    expect(messages.length).toBeGreaterThan(4);
    expect(messages.length).toBeLessThanOrEqual(9);
    expect(messages.map(message => message.seq)).toEqual(messages.map((_, i) => i + 1));
    expect(deltas(s.live.sent).filter(delta => delta.op === 'run')).toMatchObject([
      { state: 'starting', world: { engine: 'local', fresh: true } },
      { state: 'running' }
    ]);
    const texts = deltas(s.live.sent).filter(delta => delta.op === 'stream');
    expect(
      texts
        .filter(t => t.rank === 1)
        .map(t => t.text)
        .join('')
    ).toBe([1, 5, 9, 13, 17, 21, 25, 29, 33, 37].map(i => `line ${i}\n`).join(''));
    expect(s.cell.types()).toEqual(['display_data']);
    endAll(s);
    await s.outcome();
    expect(s.cell.types()).toEqual(['display_data', 'update_display_data']);
    expect(s.live.sent.at(-1)).toMatchObject({
      type: 'end',
      id: s.cell.model.id,
      seq: messages.length + 1
    });
    expect(s.cell.plain).toContain('[3] line 39');
  });

  it('a short cell costs no message but its end', async () => {
    const s = setting();
    s.live.attached = true;
    await s.start();
    s.world.text(0, 'x\n');
    endAll(s);
    await s.outcome();
    expect(s.live.sent.map(message => message.type)).toEqual(['end']);
  });

  it('an idle run sends nothing', async () => {
    const s = setting();
    s.live.attached = true;
    await s.start();
    await s.wait(100);
    const before = s.live.sent.length;
    await s.wait(5000);
    expect(s.live.sent.length).toBe(before);
    expect(s.cell.published).toHaveLength(1);
    endAll(s);
    await s.outcome();
  });

  it('a page that comes late gets a snapshot to which later deltas apply', async () => {
    const s = setting();
    await s.start();
    s.world.text(0, 'early\n10%\r');
    await s.wait(120);
    s.live.attached = true;
    s.world.text(0, '2');
    const [{ id }] = s.runs.active();
    expect(s.runs.active()).toEqual([{ id, cellId: 'cell-1' }]);
    expect(s.runs.record(id)).toMatchObject({ record: { ranks: { length: 4 } } });
    const snapshot = s.runs.attach(id);
    s.world.text(0, '0%\nlate\n');
    await s.wait(200);
    const page = pageModel(snapshot, s.live.sent);
    expect(page.ranks[0].outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'early\n20%\nlate\n' }
    ]);
    endAll(s);
    await s.outcome();
    expect(s.runs.active()).toEqual([]);
    expect(s.runs.attach(id)).toMatchObject({
      type: 'snapshot',
      run: { state: 'done' },
      readable: { 'text/plain': s.cell.plain }
    });
    expect(s.runs.attach('other')).toEqual({ type: 'gone', id: 'other' });
    expect(s.runs.record(id)).toMatchObject({ type: 'record', id, record: { messages: {} } });
    expect(s.runs.record('other')).toEqual({ type: 'record', id: 'other', record: null });
  });

  it('a flood costs at most half as much again as its text', async () => {
    const s = setting();
    s.live.attached = true;
    await s.start();
    let text = 0;
    // 4 ranks, 20,000 lines each, in two seconds.
    for (let step = 0; step < 200; step++) {
      for (let rank = 0; rank < 4; rank++) {
        const lines = Array.from(
          { length: 100 },
          (_, i) => `rank ${rank} line ${step * 100 + i}\n`
        );
        s.world.text(rank, lines.join(''));
        text += lines.join('').length;
      }
      await s.wait(10);
    }
    endAll(s);
    await s.outcome();
    expect(deltas(s.live.sent).some(delta => delta.op === 'skip')).toBe(true);
    expect(size(s.live.sent) + size(s.cell.published)).toBeLessThan(1.5 * text);
    const kept = s.cell.model.ranks.map(rank => (rank.outputs[0] as { text: string }).text);
    expect(kept.map(each => each.split('\n').length - 1)).toEqual([20_000, 20_000, 20_000, 20_000]);
  });
});

describe('without a page', () => {
  it('whole updates come a few times a second and stop when nothing changes', async () => {
    const s = setting();
    await s.start();
    for (let i = 0; i < 20; i++) {
      s.world.text(0, `line ${i}\n`);
      await s.wait(50);
    }
    const updates = s.cell.published.length - 1;
    expect(updates).toBeGreaterThanOrEqual(2);
    expect(updates).toBeLessThanOrEqual(5);
    expect(s.cell.plain).toContain('[0] line 1');
    await s.wait(1000);
    const after = s.cell.published.length;
    expect(s.cell.plain).toContain('[0] line 19');
    await s.wait(3000);
    expect(s.cell.published.length).toBe(after);
    endAll(s);
    await s.outcome();
    expect(s.cell.published.length).toBe(after + 1);
  });

  it('previews of a flood are bounded, alone and together', async () => {
    const s = setting();
    await s.start();
    let text = 0;
    for (let step = 0; step < 500; step++) {
      for (let rank = 0; rank < 4; rank++) {
        const line = `rank ${rank} step ${step} ${'x'.repeat(80)}\n`.repeat(20);
        s.world.text(rank, line);
        text += line.length;
      }
      await s.wait(10);
    }
    const previews = s.cell.published.slice(1);
    expect(previews.length).toBeGreaterThan(3);
    previews.forEach(preview => expect(size(preview)).toBeLessThan(60_000));
    expect(size(previews)).toBeLessThan(0.3 * text);
    endAll(s);
    await s.outcome();
    expect(size(s.cell.bundle[RUN_MIME])).toBeGreaterThan(text);
  });

  it('a long quiet run still shows its news', async () => {
    const s = setting();
    await s.start();
    for (let minute = 0; minute < 10; minute++) {
      s.world.text(0, `minute ${minute}\n`);
      await s.wait(60_000);
      expect(s.cell.plain).toContain(`minute ${minute}`);
    }
    endAll(s);
    await s.outcome();
  });
});
