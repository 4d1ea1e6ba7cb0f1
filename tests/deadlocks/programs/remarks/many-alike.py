# -n 2
# says: (and 99 more like this)
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

for _ in range(100):
    if rank == 0:
        comm.Send(np.ones(4), dest=1)
    else:
        comm.Recv(np.empty(5), source=0)
