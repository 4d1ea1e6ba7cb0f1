import { afterEach, describe, expect, it, vi } from 'vitest';
import { setting, type ISetting } from './setting.js';

afterEach(async () => {
  await vi.advanceTimersByTimeAsync(1000);
  vi.useRealTimers();
});

function noticeTexts(s: ISetting): string[] {
  return s.cell.model.notices.map(notice => notice.text);
}

describe('the words for an exception', () => {
  it('says why a name may be unknown to some ranks, and to all', async () => {
    const some = setting();
    await some.start();
    [1, 2, 3].forEach(rank => some.world.raise(rank, 'NameError', "name 'n' is not defined"));
    some.world.done(0);
    await some.outcome();
    expect(noticeTexts(some)).toEqual([
      "Ranks 1-3 raised NameError: name 'n' is not defined (line 3 of the cell)\n" +
        'Hint: each rank has variables of its own; where only some set n, they must send it ' +
        'to the others, as bcast does where all ranks call it.'
    ]);
  });

  it.each([
    [
      'total',
      null,
      'Hint: ranks know what cells on this world have set or imported, not what plain cells ' +
        'or other worlds have.'
    ],
    [
      'np',
      null,
      'Hint: no cell has run "import numpy as np" on these ranks yet. Plain cells, and those on ' +
        'another number of ranks, do not count.'
    ],
    [
      'comm',
      null,
      'Hint: no cell has run "from mpi4py import MPI" and "comm = MPI.COMM_WORLD" on these ranks ' +
        'yet. Plain cells, and those on another number of ranks, do not count.'
    ],
    [
      'np',
      { cell: 3, text: 'import numpy as np' },
      'Hint: "import numpy as np" is in a plain cell, [3], so that ranks do not know it: they are ' +
        'Python processes of their own. Repeat it here, or begin that cell with %%mpirun.'
    ],
    [
      'total',
      { cell: null, text: null },
      'Hint: plain cells have total, ranks do not: they are Python processes of their own. Set it ' +
        'in a cell that begins with %%mpirun.'
    ]
  ])('says what to do about a name that no rank knows: %s, of plain cells %j', async (...row) => {
    const [name, plain, hint] = row;
    const all = setting();
    const asked: string[] = [];
    all.cell.plainName = wanted => {
      asked.push(wanted);
      return Promise.resolve(plain);
    };
    await all.start();
    const said = `name '${name}' is not defined`;
    [0, 1, 2, 3].forEach(rank => all.world.raise(rank, 'NameError', said));
    await all.outcome();
    expect(noticeTexts(all)).toEqual([
      `Ranks 0-3 raised NameError: ${said} (line 3 of the cell)\n${hint}`
    ]);
    expect(asked).toEqual([name]);
  });

  it('asks for no name where none is unknown', async () => {
    const s = setting();
    s.cell.plainName = () => Promise.reject(new Error('asked'));
    await s.start();
    [0, 1, 2, 3].forEach(rank => s.world.raise(rank, 'ValueError', "name 'n' is not defined"));
    expect(await s.outcome()).toMatchObject({ ename: 'ValueError' });
  });

  it('says of a usual line that it is to run everywhere', async () => {
    const s = setting();
    await s.start();
    [1, 2, 3].forEach(rank => s.world.raise(rank, 'NameError', "name 'math' is not defined"));
    s.world.done(0);
    await s.outcome();
    expect(noticeTexts(s)[0]).toMatch(
      /\nHint: "import math" is to run on every rank: each is a Python process of its own\.$/
    );
  });

  it('does not repeat the place of a syntax error under a name that nobody knows', async () => {
    const s = setting();
    await s.start();
    const evalue = "'return' outside function (<ipython-input-31-eacc37c9654a>, line 2)";
    [0, 1, 2, 3].forEach(rank => s.world.raise(rank, 'SyntaxError', evalue, 2));
    expect(await s.outcome()).toMatchObject({ evalue: "[ranks 0-3] 'return' outside function" });
    expect(s.cell.published.at(-1)?.content).toMatchObject({
      evalue: "ranks 0-3: 'return' outside function"
    });
  });

  it('tells of None where only some ranks have it', async () => {
    const evalue = "unsupported operand type(s) for /: 'NoneType' and 'int'";
    for (const [failing, hint] of [
      [
        [1, 2, 3],
        /^Ranks 1-3 raised .*\nHint: reduce and gather give their result to the root only/
      ],
      [[0, 1, 2, 3], /^Ranks 0-3 raised [^\n]*$/]
    ] as [number[], RegExp][]) {
      const s = setting();
      await s.start();
      failing.forEach(rank => s.world.raise(rank, 'TypeError', evalue));
      [0].filter(rank => !failing.includes(rank)).forEach(rank => s.world.done(rank));
      await s.outcome();
      expect(noticeTexts(s)[0]).toMatch(hint);
    }
  });

  it.each([
    [
      'Invalid rank, error stack:\n' +
        'internal_Send_c(316): MPI_Send_c(buf=0x55c0, count=5, MPI_BYTE, 4, 0, MPI_COMM_WORLD) failed\n' +
        'internal_Send_c(234): Invalid rank has value 4 but must be nonnegative and less than 4',
      'Invalid rank has value 4 but must be nonnegative and less than 4'
    ],
    [
      'Invalid buffer pointer, error stack:\n' +
        'internal_Allreduce_c(342): MPI_Allreduce_c(sendbuf=0x55c041d0d050) failed\n' +
        'internal_Allreduce_c(266): Buffers must not be aliased',
      'Invalid buffer pointer: Buffers must not be aliased'
    ],
    [
      'Message truncated, error stack:\n' +
        'internal_Test(109).......: MPI_Test(request=0x7f27) failed\n' +
        'MPIDIG_recv_type_init(74): Message from rank 0 and tag 0 truncated; 32 bytes received but buffer size is 3200',
      'Message truncated'
    ],
    ['Invalid rank', null]
  ])('gives the reason of an MPI error and no addresses: %#', async (evalue, reason) => {
    const s = setting();
    await s.start();
    [0, 1].forEach(rank =>
      s.world.raise(rank, 'Exception', evalue.replace('0x55c0', `0x55c${rank}`))
    );
    [2, 3].forEach(rank => s.world.done(rank));
    await s.outcome();
    const said = reason === null ? `Exception: ${evalue}` : `MPI.Exception: ${reason}`;
    const [first, ...hints] = (noticeTexts(s)[0] ?? '').split('\n');
    expect(first).toBe(`Ranks 0 and 1 raised ${said} (line 3 of the cell)`);
    const hint = /Invalid rank has value/.test(said)
      ? 'use MPI.PROC_NULL'
      : /aliased/.test(said) && 'MPI.IN_PLACE';
    expect(hints).toEqual(hint ? [expect.stringContaining(hint)] : []);
  });
});
