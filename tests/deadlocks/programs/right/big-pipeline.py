# -n 4
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

block = np.empty(250_000)
for step in range(8):
    if rank == 0:
        block[:] = step
    else:
        comm.Recv(block, source=rank - 1)
    if rank < size - 1:
        comm.Send(block, dest=rank + 1)
    assert block[-1] == step
