import { describe, expect, test, vi } from 'vitest';

import { RunRegistry } from '../../../src/models/registry.js';
import type { Delta } from '../../../src/protocol/index.js';
import { makeRun, stdout } from './runs.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';

function running(outputs = [] as ReturnType<typeof stdout>[]) {
  return makeRun([{ state: 'running', outputs }], { state: 'running', started: LONG_AGO });
}

function say(text: string): Delta[] {
  return [{ op: 'stream', rank: 0, name: 'stdout', text }];
}

function setUp() {
  const registry = new RunRegistry();
  const link = { attach: vi.fn() };
  const known = registry.addLink(link);
  return { registry, link, known };
}

describe('RunRegistry', () => {
  test('asks for a running run and follows it', () => {
    const { registry, link } = setUp();
    const model = registry.acquire(running(), true);
    expect(link.attach).toHaveBeenCalledExactlyOnceWith('run-1');
    // In the snapshot already.
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 3, deltas: say('a\n') });
    registry.receive(link, { type: 'snapshot', seq: 3, run: running([stdout('a\n')]) });
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 4, deltas: say('b\n') });
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 4, deltas: say('b\n') });
    expect(model.run.ranks[0]?.outputs).toEqual([stdout('a\nb\n')]);
    expect(model.version(0)).toBeGreaterThan(0);
    expect(model.lost).toBe(false);
  });

  test('asks again after a gap, and then takes nothing until the snapshot', () => {
    const { registry, link } = setUp();
    const model = registry.acquire(running(), true);
    registry.receive(link, { type: 'snapshot', seq: 1, run: running() });
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 3, deltas: say('c\n') });
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 4, deltas: say('d\n') });
    expect(link.attach).toHaveBeenCalledTimes(2);
    expect(model.run.ranks[0]?.outputs).toEqual([]);
    registry.receive(link, { type: 'snapshot', seq: 4, run: running([stdout('b\nc\nd\n')]) });
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 5, deltas: say('e\n') });
    expect(model.run.ranks[0]?.outputs).toEqual([stdout('b\nc\nd\ne\n')]);
  });

  test('shares one model among views, and takes the final bundle', () => {
    const { registry, link } = setUp();
    const one = registry.acquire(running(), true);
    registry.receive(link, { type: 'snapshot', seq: 0, run: running() });
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 1, deltas: say('a\n') });
    const two = registry.acquire(running(), true);
    expect(two).toBe(one);
    expect(two.run.ranks[0]?.outputs).toEqual([stdout('a\n')]);
    const changed = vi.fn();
    one.changed.connect(changed);
    registry.acquire(makeRun([{ outputs: [stdout('a\nb\n')] }]), true);
    expect(changed).toHaveBeenCalled();
    expect(one.ended).toBe(true);
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 2, deltas: say('late\n') });
    registry.receive(link, { type: 'end', id: 'run-1', seq: 3 });
    expect(one.run.ranks[0]?.outputs).toEqual([stdout('a\nb\n')]);
    expect(link.attach).toHaveBeenCalledTimes(1);
  });

  test('forgets a run with its last view', () => {
    const { registry, link } = setUp();
    const one = registry.acquire(running(), true);
    registry.acquire(running(), true);
    registry.release(one);
    expect(registry.acquire(running(), true)).toBe(one);
    registry.release(one);
    registry.release(one);
    registry.receive(link, { type: 'snapshot', seq: 0, run: running([stdout('x')]) });
    expect(registry.acquire(running(), true)).not.toBe(one);
  });

  test('says that a stored run is lost when no kernel has it', () => {
    const { registry, link } = setUp();
    const other = { attach: vi.fn() };
    registry.addLink(other);
    const model = registry.acquire(running(), true);
    registry.receive(link, { type: 'gone', id: 'run-1' });
    expect(model.lost).toBe(false);
    registry.receive(other, { type: 'gone', id: 'run-1' });
    expect(model.lost).toBe(true);
    expect(new RunRegistry().acquire(running(), true).lost).toBe(true);
  });

  test('does not say so of a run that has just begun', () => {
    const run = { ...running(), started: new Date().toISOString() };
    expect(new RunRegistry().acquire(run, true).lost).toBe(false);
  });

  test('asks again where a lost run is shown anew from its file', () => {
    const { registry, link } = setUp();
    const model = registry.acquire(running(), true);
    registry.receive(link, { type: 'gone', id: 'run-1' });
    expect(model.lost).toBe(true);
    registry.acquire(running(), true);
    expect(link.attach).toHaveBeenCalledTimes(2);
    registry.receive(link, { type: 'gone', id: 'run-1' });
    expect(model.lost).toBe(true);
  });

  test('says so later where no kernel has told of it meanwhile', () => {
    vi.useFakeTimers();
    try {
      const { registry, link } = setUp();
      const started = new Date().toISOString();
      const lost = registry.acquire({ ...running(), started }, true);
      const found = registry.acquire({ ...running(), started, id: 'run-2' }, true);
      for (const id of ['run-1', 'run-2']) {
        registry.receive(link, { type: 'gone', id });
      }
      registry.receive(link, { type: 'snapshot', seq: 0, run: { ...running(), id: 'run-2' } });
      vi.advanceTimersByTime(9000);
      expect(lost.lost).toBe(false);
      vi.advanceTimersByTime(2000);
      expect(lost.lost).toBe(true);
      expect(found.lost).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test('loses a run with its kernel, and finds it again through another link', () => {
    const { registry, link, known } = setUp();
    const model = registry.acquire(running(), true);
    registry.receive(link, { type: 'snapshot', seq: 0, run: running() });
    known.dispose();
    expect(model.lost).toBe(true);
    const next = { attach: vi.fn() };
    registry.addLink(next);
    expect(next.attach).toHaveBeenCalledWith('run-1');
    registry.receive(next, { type: 'snapshot', seq: 7, run: running([stdout('x')]) });
    expect(model.lost).toBe(false);
  });

  test('asks again after a break of the connection', () => {
    const { registry, link } = setUp();
    registry.acquire(running(), true);
    registry.receive(link, { type: 'snapshot', seq: 0, run: running() });
    registry.refresh(link);
    expect(link.attach).toHaveBeenCalledTimes(2);
  });

  test('takes whole updates where no deltas come', () => {
    const registry = new RunRegistry();
    const model = registry.acquire(running(), true);
    registry.acquire(running([stdout('a\n')]), true);
    expect(model.run.ranks[0]?.outputs).toEqual([stdout('a\n')]);
    expect(model.lost).toBe(false);
  });

  test('keeps what a trusted notebook shows from a bundle that borrows its id', () => {
    const { registry, link } = setUp();
    const own = makeRun([{ outputs: [stdout('own\n')] }]);
    const trusted = registry.acquire(own, true);
    const other = registry.acquire(makeRun([{ outputs: [stdout('other\n')] }]), false);
    expect(trusted.run.ranks[0]?.outputs).toEqual([stdout('own\n')]);
    expect(other.run.ranks[0]?.outputs).toEqual([stdout('other\n')]);
    registry.release(other);
    expect(registry.acquire(own, true)).toBe(trusted);
    expect(link.attach).not.toHaveBeenCalled();
  });

  test('tells views of both kinds what goes on, each with outputs of its own', () => {
    const { registry, link } = setUp();
    const models = [registry.acquire(running(), true), registry.acquire(running(), false)];
    registry.receive(link, { type: 'snapshot', seq: 0, run: running([stdout('a\n')]) });
    registry.receive(link, { type: 'deltas', id: 'run-1', seq: 1, deltas: say('b\n') });
    for (const { run } of models) {
      expect(run.ranks[0]?.outputs).toEqual([stdout('a\nb\n')]);
    }
  });
});
