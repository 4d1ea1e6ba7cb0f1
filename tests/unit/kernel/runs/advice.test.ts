import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../../../kernel/runs/advice.js';
import { RunFindings } from '../../../../kernel/runs/runFindings.js';

describe('advice for a program', () => {
  it('says how to run a file of a package', () => {
    const findings = new RunFindings(2);
    const evalue = 'attempted relative import with no known parent package';
    const error = { ename: 'ImportError', evalue, traceback: [], line: null, place: 'a.py:1' };
    [0, 1].forEach(rank => findings.programEnded(rank, { code: 1, error }));
    expect(findings.notices.all().map(({ text }) => text)).toEqual([
      `Ranks 0 and 1 ended with exit code 1 (ImportError: ${evalue}, a.py:1).\n` +
        'Hint: this file is part of a package: run it as such, as in %mpirun -m package.module.'
    ]);
  });
});

describe('advice for an error of MPI or mpi4py', () => {
  const circumstances = { everywhere: true, plain: null, past: null };
  it.each([
    ['Invalid root, error stack:\nx: Invalid root (value given was 7)', 'from 0 to size - 1'],
    ['Invalid tag, error stack:\nx: Invalid tag, value is -5', 'MPI.ANY_TAG'],
    ['Invalid communicator, error stack:\nx: Null communicator', 'MPI.UNDEFINED to Split'],
    ['message: expecting buffer or list/tuple', 'send, recv, bcast'],
    [
      'message: cannot infer count, number of entries 7 is not a multiple of required number of blocks 3',
      'Scatterv'
    ],
    ['expecting 3 items, got 2', 'one item for each rank'],
    [
      'Invalid argument, error stack:\nx: Size of the communicator (3) is smaller than the size of the Cartesian topology (4)',
      'MPI.Compute_dims'
    ]
  ])('%s', (evalue, advice) => {
    expect(adviceFor('Exception', evalue, circumstances)).toMatch(/^Hint: /);
    expect(adviceFor('Exception', evalue, circumstances)).toContain(advice);
  });

  it('is not given to errors of the user', () => {
    expect(adviceFor('ValueError', 'expecting 3 items, got 2 of them', circumstances)).toBeNull();
  });
});
