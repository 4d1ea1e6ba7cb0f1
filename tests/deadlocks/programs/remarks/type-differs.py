# -n 2
# says: Rank 1 receives another element type than rank 0 sends.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.ones(4), dest=1)
else:
    comm.Recv(np.empty(4, int), source=0)
