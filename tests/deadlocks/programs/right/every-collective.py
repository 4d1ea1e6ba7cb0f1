# -n 3
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

one = np.ones(size)
out = np.empty(size)
comm.Bcast(one, root=1)
comm.Reduce(one, out, op=MPI.MAX, root=2)
comm.Allreduce(one, out)
comm.Alltoall(one, out)
comm.Scan(one, out)
part = np.empty(1)
comm.Scatter(one if rank == 0 else None, part)
comm.Gather(part, out if rank == 0 else None)
comm.Allgather(part, out)
assert comm.scan(1) == rank + 1
assert comm.alltoall(range(size)) == [rank] * size
assert comm.allgather(rank) == [0, 1, 2]
