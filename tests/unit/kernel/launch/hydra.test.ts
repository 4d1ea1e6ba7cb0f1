import { describe, expect, it } from 'vitest';
import { flavourOf, mpiexecArguments, readMpiexecEnd } from '../../../../kernel/launch/hydra.js';
import { LineReader } from '../../../../kernel/launch/lines.js';

const BANNER = `
===================================================================================
=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES
=   PID 25080 RUNNING AT host
=   EXIT CODE: 9
=   CLEANING UP REMAINING PROCESSES
=   YOU CAN IGNORE THE BELOW CLEANUP MESSAGES
===================================================================================
YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)
This typically refers to a problem with your application.
`;

describe('the end of mpiexec', () => {
  it('is read from its banner', () => {
    expect(readMpiexecEnd(BANNER, 9)).toEqual({ pid: 25080, end: { signal: 'SIGKILL' } });
    expect(readMpiexecEnd('', 3)).toEqual({ pid: null, end: { code: 3 } });
    expect(readMpiexecEnd('', null)).toEqual({ pid: null, end: { code: 1 } });
  });
});

describe('mpiexec', () => {
  it('is told from its version text', () => {
    expect(flavourOf('HYDRA build details:\n  Version: 5.0.2')).toBe('hydra');
    expect(flavourOf('mpiexec (OpenRTE) 4.1.4')).toBe('openmpi');
    expect(flavourOf('mpirun (Open MPI) 5.0.6')).toBe('openmpi');
  });

  it('gets the arguments that let it run anywhere', () => {
    expect(mpiexecArguments('hydra', 4)).toEqual(['-n', '4']);
    expect(mpiexecArguments('openmpi', 4)).toContain('--oversubscribe');
  });
});

describe('LineReader', () => {
  it('cuts lines wherever chunks end', () => {
    const reader = new LineReader(20);
    expect(reader.push(Buffer.from('one\ntw'))).toEqual(['one']);
    expect(reader.push(Buffer.from('o\n\nthree'))).toEqual(['two', '']);
    expect(reader.push(Buffer.from('\n'))).toEqual(['three']);
  });

  it('refuses a line without end', () => {
    const reader = new LineReader(20);
    expect(() => reader.push(Buffer.alloc(21, 'x'))).toThrow(RangeError);
  });
});
