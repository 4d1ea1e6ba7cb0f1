# -n 2
# says: The message from rank 0 is too long for the buffer of rank 1.
# raises
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.ones(9), dest=1)
else:
    comm.Recv(np.empty(4), source=0)
