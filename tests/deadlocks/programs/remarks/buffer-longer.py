# -n 2
# says: The receive buffer of rank 1 is longer than the message from rank 0.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.ones(4), dest=1)
else:
    comm.Recv(np.empty(9), source=0)
