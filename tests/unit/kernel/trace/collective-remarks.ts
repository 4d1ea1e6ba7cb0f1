import type { Program } from './program.js';
import {
  Allgather,
  Allgatherv,
  Allreduce,
  Alltoall,
  Alltoallv,
  Bcast,
  Gather,
  Gatherv,
  Ibcast,
  Reduce,
  Scatter,
  Scatterv,
  Wait,
  barrier,
  bcast,
  gather,
  reduce,
  world
} from './program.js';

/** What it is called, level and words of its remark, the program. */
export type Remark = [string, 'warning' | 'info', RegExp, () => Program];

/** Collectives that end, with the one remark that each should get. */
export const COLLECTIVE_REMARKS: Remark[] = [
  [
    'too small a buffer, at which MPI fails',
    'warning',
    /^Bcast in line 2 was called with buffers of different size\.\n[^]*rank 0 .*160 bytes[^]*rank 1 .*80 bytes/,
    () =>
      world(2)
        .rank(0, Bcast({ bytes: 160 }))
        .rank(1, Bcast({ line: 2, marks: ['begun'], error: 'Exception: Other MPI error' }))
  ],
  [
    'other element type of the same number, at which MPI fails',
    'warning',
    /^Bcast in line 2 was called with different element types\.\n[^]*Hint: use the same dtype/,
    () =>
      world(2)
        .rank(0, Bcast({ bytes: 160 }))
        .rank(
          1,
          Bcast({
            line: 2,
            dtype: 'MPI.INT',
            marks: ['begun'],
            error: 'Exception: Other MPI error'
          })
        )
  ],
  [
    'Bcast met by bcast',
    'warning',
    /^Ranks called different collectives[^]*Hint: Bcast and bcast do not fit together/,
    () =>
      world(2)
        .rank(0, Bcast())
        .rank(1, bcast({ root: 1 }))
  ],
  [
    'other root for objects, at which MPI fails',
    'warning',
    /^bcast in line 2 was called with different roots\.\n[^]*Hint: give the same root/,
    () =>
      world(2)
        .rank(0, bcast())
        .rank(1, bcast({ root: 1, line: 2, marks: ['begun'], error: 'Exception: Other MPI error' }))
  ],
  [
    'counts beyond the buffer',
    'warning',
    /^Rank 0 gives counts to Scatterv that reach beyond its buffer\.\n.*line 2 .*reach to byte 240 of a buffer of 160 bytes\nHint: .*elements/,
    () =>
      world(3)
        .rank(0, Scatterv({ counts: [10, 10, 10], beyond: [240, 160] }))
        .ranks([1, 2], Scatterv({ line: 2 }))
  ],
  [
    'other operation',
    'warning',
    /Allreduce in line 2 was called with different operations[^]*rank 0 .*MPI\.SUM\n.*ranks 1 and 2 .*MPI\.MAX/,
    () =>
      world(3)
        .rank(0, Allreduce({ op: 'MPI.SUM' }))
        .ranks([1, 2], Allreduce({ op: 'MPI.MAX' }))
  ],
  [
    'other number of elements',
    'warning',
    /Reduce in line 2 was called with buffers of different size[^]*10 MPI\.DOUBLE[^]*20 MPI/,
    () =>
      world(2)
        .rank(0, Reduce())
        .rank(1, Reduce({ bytes: 160 }))
  ],
  [
    'other element type in a collective',
    'warning',
    /Bcast in line 2 was called with different element types[^]*MPI\.DOUBLE[^]*MPI\.LONG/,
    () =>
      world(2)
        .rank(0, Bcast())
        .rank(1, Bcast({ dtype: 'MPI.LONG' }))
  ],
  [
    'other element type than the root scatters',
    'warning',
    /Scatter in line 2 was called with different element types[^]*rank 0 .*sends 30 MPI\.DOUBLE \(240 bytes\), 10 to each rank\n.*ranks 1 and 2 .*room for 10 MPI\.LONG/,
    () =>
      world(3)
        .rank(0, Scatter())
        .ranks([1, 2], Scatter({ dtype: 'MPI.LONG', line: 2 }))
  ],
  [
    'more scattered than received',
    'warning',
    /sizes of Scatter in line 2 do not fit[^]*sends 40 .*, 20 to each rank[^]*room for 10 [^]*must hold 2 times/,
    () =>
      world(2)
        .rank(0, Scatter({ whole: 320 }))
        .rank(1, Scatter({ line: 2 }))
  ],
  [
    'root gives the whole as the count of a part',
    'warning',
    /sends 20 MPI\.DOUBLE \(160 bytes\) to each rank/,
    () =>
      world(2)
        .rank(0, Scatter({ counts: 20 }))
        .rank(1, Scatter({ line: 2 }))
  ],
  [
    'root has no room for all parts',
    'warning',
    /sizes of Gather in line 2 do not fit[^]*room for 10 .*, 5 from each rank[^]*10 MPI\.DOUBLE \(80 bytes\) to send/,
    () =>
      world(2)
        .rank(0, Gather({ whole: 80 }))
        .rank(1, Gather({ line: 2 }))
  ],
  [
    'parts of different size gathered',
    'warning',
    /sizes of Gather in line 2 do not fit[^]*rank 2 .*15 MPI\.DOUBLE[^]*rank 3 .*20 MPI\.DOUBLE[^]*use Gatherv/,
    () => world(4).each(r => Gather({ bytes: r < 2 ? 80 : 80 + 40 * (r - 1), whole: 320 }))
  ],
  [
    'counts that are not those of the ranks',
    'warning',
    /sizes of Scatterv in line 2 do not fit[^]*: 10, 20, 30 to the ranks\n.*rank 1 .*room for 30 [^]*counts must say/,
    () =>
      world(3).each(r =>
        Scatterv({ bytes: 80 * [1, 3, 3][r], whole: 480, counts: [10, 20, 30], root: 0 })
      )
  ],
  [
    'other counts than are gathered',
    'warning',
    /sizes of Gatherv[^]*: 10, 10 from the ranks\n.*20 MPI\.DOUBLE \(160 bytes\) to send/,
    () => world(2).each(r => Gatherv({ bytes: 80 * (1 + r), whole: 160, counts: [10, 10] }))
  ],
  [
    'parts of different size for all',
    'warning',
    /Allgather in line 2 was called with buffers of different size[^]*, or use Allgatherv/,
    () => world(2).each(r => Allgather({ bytes: 80 * (1 + r) }))
  ],
  [
    'too little room for what all send',
    'warning',
    /^Ranks 0-2 have too little room for what is sent in Allgather in line 2\.[^]*sends 10 MPI\.DOUBLE \(80 bytes\), room for 3 .*, 1 from each rank\nHint: .* 3 times .*, here 30 elements/,
    () => world(3).each(() => Allgather({ received: { bytes: 24 } }))
  ],
  [
    'room for more than all send',
    'warning',
    /^Rank 1 has room for more than is sent in Allgather in line 2\./,
    () => world(2).each(r => Allgather({ received: { bytes: 160 * (1 + r) } }))
  ],
  [
    'received as another type',
    'warning',
    /^Rank 1 receives another element type in Allgather in line 2 than is sent\.[^]*10 MPI\.DOUBLE .*, receives into 20 MPI\.LONG/,
    () =>
      world(2).each(r =>
        Allgather({ received: { bytes: 160, dtype: r ? 'MPI.LONG' : 'MPI.DOUBLE' } })
      )
  ],
  [
    'parts of different size for all, without counts',
    'warning',
    /too little room [^]*rank 2 .*sends 30 .*, room for 60 .*, 20 from each rank[^]*\[recvbuf, counts\]/,
    () => world(3).each(r => Allgatherv({ bytes: 80 * (1 + r), received: { bytes: 480 } }))
  ],
  [
    'counts in the order of other ranks',
    'warning',
    /too little room [^]*rank 0 .*sends 10 .*, room for 20, 10 from the ranks[^]*counts must say, rank by rank/,
    () =>
      world(2).each(r =>
        Allgatherv({ bytes: 80 * (1 + r), received: { bytes: 240, counts: [20, 10] } })
      )
  ],
  [
    'less room than is sent to each',
    'warning',
    /too little room for what is sent in Alltoall [^]*sends 10 .*, 5 to each rank, room for 4 .*, 2 from each rank[^]*of the same size: 2 parts/,
    () => world(2).each(() => Alltoall({ received: { bytes: 32 } }))
  ],
  [
    'other counts than are sent',
    'warning',
    /^Rank 1 has too little room [^]*rank 1 .*sends 2, 8 to the ranks, room for 2, 7 from the ranks[^]*comm\.alltoall\(sendcounts\)/,
    () =>
      world(2).each(r =>
        Alltoallv({
          counts: r ? [2, 8] : [8, 2],
          received: { bytes: 80, counts: r ? [2, 7] : [8, 2] }
        })
      )
  ],
  [
    'the root has too little room for its own part',
    'warning',
    /sizes of Scatterv in line 2 do not fit[^]*rank 0 .*: 4, 3, 3 to the ranks, room for 3 MPI\.DOUBLE \(24 bytes\) itself\nHint/,
    () =>
      world(3).each(() => Scatterv({ bytes: 24, whole: 80, counts: [4, 3, 3], own: { bytes: 24 } }))
  ],
  [
    'the root sends itself another type',
    'warning',
    /Gather in line 2 was called with different element types[^]*rank 1 .*room for 20 .*, and 10 MPI\.LONG \(80 bytes\) itself/,
    () => world(2).each(() => Gather({ root: 1, own: { bytes: 80, dtype: 'MPI.LONG' } }))
  ],
  [
    'a blocking collective and a non-blocking one',
    'info',
    /^Ibcast in line 2 and Bcast in line 4 meet here, but not in plain MPI\./,
    () => world(2).rank(0, Ibcast('r'), Wait('r')).rank(1, Bcast())
  ],
  [
    'a collective in an if, and one after it',
    'warning',
    /^Ranks called different collectives at the same time\.[^]*is line 2 or line 4 inside an if\?$/,
    () => world(2).rank(0, Bcast(), Bcast()).rank(1, Gather())
  ],
  [
    'a collective of the root alone',
    'warning',
    /^Rank 0 called Bcast in line 2, but ranks 1-3 have not\.[^]*is line 2 inside an if\?.*clean COMM_WORLD/,
    () => world(4).rank(0, Bcast())
  ],
  [
    'a collective once more than others',
    'warning',
    /^Ranks 1 and 2 called gather in line 2 more often than rank 0\.[^]*equally often; is line 2 inside an if or a loop/,
    () =>
      world(3)
        .all(gather({ line: 2 }))
        .ranks([1, 2], gather({ line: 2 }))
  ],
  [
    'a request of a collective that others never begin',
    'warning',
    /^Rank 0 called reduce in line 3 on row, but rank 2 has not\.[^]*rank 2 +line 2 .*last MPI call there[^]*Make row anew/,
    () =>
      world(3)
        .comm('row', [2, 0])
        .all(barrier())
        .rank(0, reduce({ comm: 'row', root: 0 }))
  ]
];
