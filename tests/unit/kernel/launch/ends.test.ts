import { describe, expect, it } from 'vitest';
import { describeEnd, type IEndContext } from '../../../../kernel/launch/ends.js';

const context: IEndContext = { killed: false, abort: null, rank: 1 };

describe('the end of a rank in words', () => {
  it.each([
    [{ code: 0 }, 'process ended with exit code 0'],
    [{ code: 3 }, 'process ended with exit code 3'],
    [{ signal: 'SIGSEGV' }, 'killed by SIGSEGV (segmentation fault: invalid memory access)'],
    [{ signal: 'SIGKILL', oom: true }, 'killed by SIGKILL (out of memory: the system ended it)'],
    [{ signal: 'SIGKILL' }, 'killed by SIGKILL (by someone, or for want of memory)'],
    [{ signal: 'SIGUSR1' }, 'killed by SIGUSR1'],
    [{ signal: 'SIGKILL', cause: 'ended with the zygote' }, 'ended with the zygote']
  ])('%j', (end, cause) => {
    expect(describeEnd(end, context).cause).toBe(cause);
  });

  it('keeps code and signal', () => {
    expect(describeEnd({ code: 3 }, context)).toMatchObject({ code: 3 });
    expect(describeEnd({ signal: 'SIGBUS' }, context)).toMatchObject({ signal: 'SIGBUS' });
    expect(describeEnd({ signal: 'SIGBUS', line: 7 }, context)).toMatchObject({ line: 7 });
    expect(describeEnd({ signal: 'SIGBUS', line: null }, context)).not.toHaveProperty('line');
  });

  it('knows who ended it', () => {
    const killed = { ...context, killed: true };
    expect(describeEnd({ signal: 'SIGKILL' }, killed).cause).toBe('stopped by Rankbook');
    expect(describeEnd({ signal: 'SIGSEGV' }, killed).cause).toContain('SIGSEGV');
    expect(
      describeEnd({ signal: 'SIGKILL' }, { ...killed, abort: { rank: 1, code: 5 } }).cause
    ).toBe('called MPI_Abort with code 5');
    expect(describeEnd({ code: 5 }, { ...killed, abort: { rank: 0, code: 5 } }).cause).toBe(
      'ended because rank 0 called MPI_Abort with code 5'
    );
  });
});
