# -n 2
# says: The request of Isend in line 10 was not waited for before the cell ended.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Isend(np.ones(4), dest=1)
else:
    comm.Recv(np.empty(4), source=0)
