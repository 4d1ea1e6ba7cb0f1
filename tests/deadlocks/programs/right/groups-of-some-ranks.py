# -n 4
import contextlib

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

# Only some ranks take part in these.
pair = comm.group.Incl([1, 3])
if rank in (1, 3):
    both = comm.Create_group(pair, tag=3)
    assert both.allreduce(rank) == 4
    both.Free()
half = comm.Split(rank % 2)
inter = half.Create_intercomm(0, comm, 1 - rank % 2)
assert inter.allgather(rank) == [1 - rank % 2, 3 - rank % 2]
if rank % 2 == 0:
    half.Bcast(np.ones(2), root=1)
    half.Dup().Barrier()
alone = comm.Split(0 if rank == 2 else MPI.UNDEFINED)
if rank == 2:
    alone.Barrier()
MPI.COMM_SELF.allreduce(1)
comm.Barrier()

# Requests of collectives that some ranks test and others wait for.
request = comm.Ibcast(np.ones(1), root=3)
if rank == 0:
    while not request.Test():
        pass
else:
    request.Wait()
start = comm.Barrier_init()
for _ in range(2):
    start.Start()
    start.Wait()
start.Free()
with contextlib.suppress(MPI.Exception):
    comm.Bcast(np.ones(1), root=9)
if rank == 1:
    with contextlib.suppress(ValueError):
        comm.Reduce(np.ones(1), np.ones(2), root=1)
comm.Reduce(np.ones(1), np.ones(1) if rank == 1 else None, root=1)
