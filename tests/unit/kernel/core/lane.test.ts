import { beforeEach, describe, expect, it } from 'vitest';
import { Lane } from '../../../../kernel/core/lane.js';

/** Cells named in capitals are ours, the others the delegate's. */
describe('Lane', () => {
  let log: string[];
  let finish: Map<string, () => void>;
  let lane: Lane<string>;

  beforeEach(() => {
    log = [];
    finish = new Map();
    lane = new Lane<string>({
      isOurs: cell => cell === cell.toUpperCase(),
      forward: cell => log.push(`forward ${cell}`),
      run: cell => {
        log.push(`run ${cell}`);
        return new Promise(resolve => finish.set(cell, resolve));
      },
      abort: cell => log.push(`abort ${cell}`)
    });
  });

  async function end(cell: string): Promise<void> {
    finish.get(cell)?.();
    await new Promise(resolve => setImmediate(resolve));
  }

  it('passes the cells of the delegate on at once', () => {
    ['a', 'b'].forEach(cell => lane.push(cell));
    expect(log).toEqual(['forward a', 'forward b']);
  });

  it('starts one of ours when all that was passed on is over', () => {
    ['a', 'b', 'C'].forEach(cell => lane.push(cell));
    lane.settle('b');
    expect(log).toEqual(['forward a', 'forward b']);
    lane.settle('a');
    expect(log).toEqual(['forward a', 'forward b', 'run C']);
  });

  it('holds back what comes after one of ours', async () => {
    ['A', 'b', 'C', 'd'].forEach(cell => lane.push(cell));
    expect(log).toEqual(['run A']);
    await end('A');
    expect(log).toEqual(['run A', 'forward b']);
    lane.settle('b');
    expect(log.at(-1)).toBe('run C');
    await end('C');
    expect(log.at(-1)).toBe('forward d');
    expect(lane.empty).toBe(false);
    lane.settle('d');
    expect(lane.empty).toBe(true);
  });

  it('asks what a cell is only when it is the next one', async () => {
    const asked: string[] = [];
    let mode = 'ours';
    const late = new Lane<string>({
      isOurs: cell => {
        asked.push(`${cell} ${mode}`);
        return mode === 'ours';
      },
      forward: () => undefined,
      run: () => {
        mode = 'plain';
        return Promise.resolve();
      },
      abort: () => undefined
    });
    late.push('one');
    late.push('two');
    expect(asked).toEqual(['one ours']);
    await new Promise(resolve => setImmediate(resolve));
    expect(asked).toEqual(['one ours', 'two plain']);
  });

  it('aborts what waits, not what runs or was passed on', async () => {
    ['a', 'B', 'c'].forEach(cell => lane.push(cell));
    lane.abort();
    expect(log).toEqual(['forward a', 'abort B', 'abort c']);
    lane.push('D');
    lane.settle('a');
    lane.push('e');
    lane.abort();
    expect(log.slice(3)).toEqual(['run D', 'abort e']);
    await end('D');
    expect(lane.empty).toBe(true);
  });

  it('goes on when the delegate has died with all that it had', () => {
    ['a', 'B'].forEach(cell => lane.push(cell));
    lane.forget();
    expect(log).toEqual(['forward a', 'run B']);
    lane.settle('a');
    expect(log).toHaveLength(2);
  });
});
