import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inLanes } from '../../../scripts/tests/lanes.mjs';

describe('work in lanes', () => {
  it('begins in order, runs so many at a time, and gives the results in order', async () => {
    const log = [];
    let running = 0;
    const results = await inLanes(2, [60, 10, 10, 10], async ms => {
      log.push(++running);
      await sleep(ms);
      running--;
      return ms;
    });
    expect(results).toEqual([60, 10, 10, 10]);
    expect(log).toEqual([1, 2, 2, 2]);
  });

  it('fails where one work fails', async () => {
    const work = item => (item === 2 ? Promise.reject(new Error('no')) : Promise.resolve());
    await expect(inLanes(2, [1, 2], work)).rejects.toThrow('no');
  });
});
