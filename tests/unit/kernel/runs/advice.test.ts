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

describe('advice for a program that MPI has refused', () => {
  it('is that of cells', () => {
    const findings = new RunFindings(2);
    const evalue = 'expecting 2 items, got 3';
    const error = { ename: 'ValueError', evalue, traceback: [], line: null, place: 'a.py:1' };
    findings.programEnded(0, { code: 1, error });
    expect(findings.notices.all()[0]?.text).toMatch(/a\.py:1\)\.\nHint: one item for each rank/);
  });

  it('has the reason, and no addresses', () => {
    const findings = new RunFindings(2);
    const evalue =
      'Other MPI error, error stack:\nx(70): MPI_Init(argc=0x55c0) failed\n' +
      'x(50): Cannot call MPI_INIT or MPI_INIT_THREAD more than once';
    const error = { ename: 'Exception', evalue, traceback: [], line: null, place: 'a.py:1' };
    findings.programEnded(0, { code: 1, error });
    expect(findings.notices.all()[0]?.text.split('\n')[0]).toBe(
      'Rank 0 ended with exit code 1 (MPI.Exception: Other MPI error: Cannot call MPI_INIT or ' +
        'MPI_INIT_THREAD more than once, a.py:1).'
    );
  });
});

describe('advice for an error of MPI or mpi4py', () => {
  const circumstances = { size: 4, raised: 4, source: '', plain: null, past: null };
  it.each([
    ['Invalid root, error stack:\nx: Invalid root (value given was 7)', 'from 0 to size - 1'],
    ['Invalid tag, error stack:\nx: Invalid tag, value is -5', 'MPI.ANY_TAG'],
    ['Invalid communicator, error stack:\nx: Null communicator', 'has been freed'],
    ["Recv() missing 1 required positional argument: 'buf'", 'np.empty(n)'],
    ['mismatch in send and receive MPI datatypes', 'the same dtype'],
    ['dlpack: buffer is not contiguous', 'np.ascontiguousarray'],
    ['Invalid buffer pointer, error stack:\nx: Buffers must not be aliased', 'MPI.IN_PLACE'],
    [
      'Invalid buffer pointer, error stack:\nx: Insufficient space in Bsend buffer; requested 800',
      'MPI.Attach_buffer'
    ],
    ['Invalid datatype, error stack:\nx: Datatype has not been committed ', 'Commit()'],
    ['Wrong synchronization of RMA calls , error stack:\nx', 'two Fence'],
    ['Wrong synchronization of RMA calls , error stack:\nx: MPI_Win_free(win=1)', 'before Free'],
    [
      'Wrong synchronization of RMA calls , error stack:\nMPI_Win_lock_all(0)',
      'locked that already'
    ],
    ['Wrong synchronization of RMA calls , error stack:\nMPI_Win_unlock(1)', 'Unlock for Lock'],
    ['Wrong synchronization of RMA calls , error stack:\nMPI_Win_test(1)', 'Post has begun'],
    [
      'Wrong synchronization of RMA calls: MPI_Put on the part of rank 1, which is not locked',
      'locked another part'
    ],
    ['Wrong synchronization of RMA calls , error stack:\nMPI_Win_fence(1)', 'Start with Complete'],
    [
      'Target memory is not contained within the window: MPI_Put of bytes 4 to 8, with a disp_unit of 4',
      'as many elements'
    ],
    [
      'Target memory is not contained within the window: MPI_Put of bytes 4 to 8, with a disp_unit of 1',
      'array.itemsize'
    ],
    ["Can't get attribute 'f' on <module '__worker__'>", '%%writefile'],
    ["'Request' object is not subscriptable", 'wait() of it'],
    [
      'Other MPI error, error stack:\nx: Cannot call MPI_INIT or MPI_INIT_THREAD more than once',
      'leave this call out'
    ],
    ['message: expecting buffer or list/tuple', 'send, recv, bcast'],
    [
      'message: cannot infer count, number of entries 7 is not a multiple of required number of blocks 3',
      'Scatterv'
    ],
    ['expecting 3 items, got 2', 'one item for each rank'],
    ["name '__file__' is not defined", 'a cell is no file'],
    [
      'Invalid argument, error stack:\nx: Size of the communicator (3) is smaller than the size of the Cartesian topology (4)',
      'MPI.Compute_dims'
    ]
  ])('%s', (evalue, advice) => {
    const ename = evalue.startsWith('name ') ? 'NameError' : 'Exception';
    expect(adviceFor(ename, evalue, circumstances)).toMatch(/^Hint: /);
    expect(adviceFor(ename, evalue, circumstances)).toContain(advice);
  });

  it.each([
    ['comm.bcast(data)', 'bcast returns what it has got'],
    ['if rank:\n    comm.recv(source=0)', 'recv returns what it has got'],
    ['data = comm.Bcast(data)', 'Bcast fills the buffer'],
    ['data = comm.bcast(data)', 'to the root only']
  ])('of a None, by the cell: %s', (source, advice) => {
    const evalue = "'NoneType' object is not iterable";
    expect(adviceFor('TypeError', evalue, { ...circumstances, raised: 3, source })).toContain(
      advice
    );
  });

  it('is not given for a None that has another reason', () => {
    const evalue = "'NoneType' object is not iterable";
    for (const raised of [1, 2, 4]) {
      expect(adviceFor('TypeError', evalue, { ...circumstances, raised })).toBeNull();
    }
  });

  it('knows of lists where buffers are taken', () => {
    const evalue = "a bytes-like object is required, not 'float'";
    const advice = (source: string): string | null =>
      adviceFor('TypeError', evalue, { ...circumstances, source });
    expect(advice('comm.Send([1.0], dest=1)')).toContain('take buffers');
    expect(advice('b"".join([1.0])')).toBeNull();
    expect(advice('socket.send(1.0)')).toBeNull();
  });

  it.each([
    [4, 'from 0 to size - 1'],
    [2, 'this communicator has 2 ranks']
  ])('tells ranks of a communicator of %s', (limit, advice) => {
    const evalue = `Invalid rank, error stack:\nx: Invalid rank has value ${limit} but must be nonnegative and less than ${limit}`;
    expect(adviceFor('Exception', evalue, { ...circumstances, raised: 1 })).toContain(advice);
  });

  it('tells of COMM_NULL where only some ranks have it', () => {
    const evalue = 'Invalid communicator, error stack:\nx: Null communicator';
    const advice = adviceFor('Exception', evalue, { ...circumstances, raised: 2 });
    expect(advice).toContain('MPI.UNDEFINED to Split');
  });

  it('is not given to errors of the user', () => {
    expect(adviceFor('ValueError', 'expecting 3 items, got 2 of them', circumstances)).toBeNull();
  });
});
