import type { IRankModel } from '../../src/protocol/index.js';
import { makeRun, stderr, stdout } from '../unit/labextension/runs.js';

const SAY_HELLO = `%%mpirun -n 4
from mpi4py import MPI
comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
print(f"hello from rank {rank} of {size}")
total = comm.allreduce(rank)
print("sum of ranks:", total)`;

/** Four ranks that say hello, lines interleaved as they come. */
export const hello = {
  source: SAY_HELLO,
  run: makeRun(
    [0, 1, 2, 3].map(rank => ({
      seconds: 0.01 + rank / 1000,
      outputs: [stdout(`hello from rank ${rank} of 4\nsum of ranks: 6\n`)]
    })),
    { id: 'hello', seconds: 0.084, order: [0, 1, 2, 1, 3, 1, 1, 2, 0, 1, 3, 1, 2, 1] }
  )
};

const RED = '\u001b[0;31m';
const GREEN = '\u001b[0;32m';
const OFF = '\u001b[0m';

/** Rank 1 raises while the others wait for it. */
export const failing = {
  source: `%%mpirun -n 4
from mpi4py import MPI
comm = MPI.COMM_WORLD
parts = [10, 20, 0, 40]
print("rank", comm.rank, "starts")
share = 100 / parts[comm.rank]
comm.barrier()`,
  run: makeRun(
    [0, 1, 2, 3].map((rank): Partial<IRankModel> =>
      rank === 2
        ? {
            state: 'error',
            line: 6,
            outputs: [
              stdout('rank 2 starts\n'),
              {
                output_type: 'error',
                ename: 'ZeroDivisionError',
                evalue: 'division by zero',
                traceback: [
                  `${RED}---------------------------------------------------------------------------${OFF}`,
                  `${RED}ZeroDivisionError${OFF}                         Traceback (most recent call last)`,
                  `Cell ${GREEN}In[2], line 6${OFF}\n      4 parts = [10, 20, 0, 40]\n      5 print("rank", comm.rank, "starts")\n----> 6 share = 100 / parts[comm.rank]\n      7 comm.barrier()`,
                  `${RED}ZeroDivisionError${OFF}: division by zero`
                ]
              }
            ]
          }
        : {
            state: 'interrupted',
            outputs: [stdout(`rank ${rank} starts\n`)]
          }
    ),
    {
      id: 'failing',
      state: 'error',
      seconds: 0.62,
      notices: [
        {
          level: 'error',
          text: 'Rank 2 raised ZeroDivisionError: division by zero (line 6 of the cell).\nRanks 0, 1 and 3 were waiting in barrier (line 7) and were stopped.',
          ranks: [2]
        }
      ]
    }
  )
};

/** 64 ranks in all the states that there are. */
export const many = {
  source: '%%mpirun -n 64\nwork(comm)',
  run: makeRun(
    Array.from({ length: 64 }, (_, rank): Partial<IRankModel> => ({
      state: rank === 17 ? 'dead' : rank === 40 ? 'error' : rank % 9 === 5 ? 'interrupted' : 'done',
      seconds: 1 + rank / 10,
      ...(rank === 17
        ? {
            exit: {
              signal: 'SIGKILL',
              cause: 'killed by SIGKILL (probably out of memory)'
            }
          }
        : {}),
      outputs: [
        stdout(`rank ${rank}: local sum ${rank * 1000}\n`),
        ...(rank % 8 === 0 ? [stderr(`rank ${rank}: warning, slow link\n`)] : [])
      ]
    })),
    {
      id: 'many',
      state: 'error',
      seconds: 8.7,
      notices: [
        {
          level: 'error',
          text: 'Rank 17 was killed by SIGKILL (probably out of memory).\nThe world of 64 ranks has ended; its variables are gone.',
          ranks: [17]
        }
      ]
    }
  )
};
