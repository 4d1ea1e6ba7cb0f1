# -n 2
# says: The request of Irecv in line 13 was not waited for
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.zeros(100_000)
if rank == 0:
    comm.Isend(np.ones(100_000), dest=1)
else:
    request = comm.Irecv(data, source=0)
    print(data.sum())
