import { deflateSync } from 'node:zlib';

import type { IRankModel, RankOutput } from '../../src/protocol/index.js';
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

/** One rank draws. */
export function figure(): { source: string; run: ReturnType<typeof makeRun> } {
  const image: RankOutput = {
    output_type: 'display_data',
    data: { 'image/png': heatMap().toString('base64'), 'text/plain': '<Figure size 400x240>' },
    metadata: { 'image/png': { width: 400, height: 240 } }
  };
  return {
    source: `%%mpirun -n 4
u = solve(comm, steps=400)
print(f"rank {comm.rank}: rows {rows.start} to {rows.stop}")
full = comm.gather(u, root=0)
if comm.rank == 0:
    plt.imshow(np.vstack(full))`,
    run: makeRun(
      [0, 1, 2, 3].map(rank => ({
        seconds: 0.4 + rank / 100,
        outputs: [
          stdout(`rank ${rank}: rows ${rank * 60} to ${rank * 60 + 60}\n`),
          ...(rank === 0 ? [image] : [])
        ]
      })),
      { id: 'figure', seconds: 0.91 }
    )
  };
}

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

/** A picture of heat that spreads, as PNG. */
function heatMap(width = 200, height = 120): Buffer {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const heat = Math.exp(-(((x - 70) / 40) ** 2) - ((y - 60) / 30) ** 2);
      const more = 0.7 * Math.exp(-(((x - 150) / 25) ** 2) - ((y - 40) / 20) ** 2);
      const t = Math.min(1, heat + more);
      const at = y * (1 + 3 * width) + 1 + 3 * x;
      rows[at] = 40 + 215 * t;
      rows[at + 1] = 20 + 180 * t * t;
      rows[at + 2] = 90 + 60 * (1 - t);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0))
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

function crc(data: Buffer): number {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    }
  }
  return (value ^ 0xffffffff) >>> 0;
}
