# -n 4
from array import array

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine, all_of = np.full(3, rank, dtype=float), np.empty((size, 3))
comm.Allgather(mine, all_of)
comm.Allgather([mine, 3, MPI.DOUBLE], [all_of, 3, MPI.DOUBLE])
comm.Allgather([mine, MPI.BYTE], all_of)
comm.Allgather(mine, [all_of, MPI.BYTE])
comm.Allgather(MPI.IN_PLACE, all_of)
comm.Allgather(array("i", [rank]), np.empty(size, dtype=np.int32))
comm.Allgather(np.float64(rank), np.empty(size))
comm.Iallgather(mine, all_of).Wait()
assert all_of[:, 0].tolist() == list(range(size))

counts = [1, 0, 2, 3]
part = np.full(counts[rank], rank, dtype="i")
parts = np.empty(sum(counts), dtype="i")
comm.Allgatherv(part, [parts, counts])
comm.Allgatherv(part, [parts, (counts, [0, 1, 1, 3])])
comm.Allgatherv(part, [parts, np.array(counts), None, MPI.INT])
comm.Allgatherv(np.ones(3 if rank < 3 else 2), np.empty(11))
# Nobody reads the type of nothing.
comm.Allgatherv(np.ones(counts[rank], dtype=float if rank == 1 else "i"), [parts, counts])

to, of = np.arange(2.0 * size), np.empty(2 * size)
comm.Alltoall(to, of)
comm.Alltoall([to, 2, MPI.DOUBLE], of)
comm.Alltoall(MPI.IN_PLACE, of)
sent = [rank] * size
received = comm.alltoall(sent)
comm.Alltoallv([np.ones(sum(sent)), sent], [np.empty(sum(received)), received])
comm.Ialltoallv([np.ones(sum(sent)), sent], [np.empty(sum(received)), received]).Wait()

# Columns are sent and rows received.
column = MPI.DOUBLE.Create_vector(3, 1, 2).Commit()
comm.Allgather([np.ones((3, 2)), 1, column], [all_of, 3, MPI.DOUBLE])
column.Free()

low = rank < 2
half = comm.Split(0 if low else 1, rank)
between = half.Create_intercomm(0, comm, 2 if low else 0)
between.Allgather(np.ones(1 if low else 5), np.empty(10 if low else 2))
between.Alltoall(np.ones(2), np.empty(2))
