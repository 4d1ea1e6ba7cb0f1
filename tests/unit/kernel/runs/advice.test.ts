import { describe, expect, it } from 'vitest';
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
