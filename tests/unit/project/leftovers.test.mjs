import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { canLook, endLeftovers, marker } from '../../../scripts/tests/leftovers.mjs';

const sleeper = id =>
  spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], {
    env: { ...process.env, [marker]: id },
    stdio: 'ignore'
  });

describe.runIf(canLook())('processes left behind', () => {
  it('are named and ended, and no others', async () => {
    const ours = sleeper('one-run');
    const other = sleeper('another-run');
    const ended = once(ours, 'exit');
    const lines = await endLeftovers('one-run', 300);
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${ours.pid} .*setTimeout`))]);
    expect((await ended)[1]).toBe('SIGKILL');
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill();
    await once(other, 'exit');
  });

  it('may take a moment to end by themselves', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300)'], {
      env: { ...process.env, [marker]: 'short-run' },
      stdio: 'ignore'
    });
    await once(child, 'spawn');
    expect(await endLeftovers('short-run', 5000)).toEqual([]);
  });
});
