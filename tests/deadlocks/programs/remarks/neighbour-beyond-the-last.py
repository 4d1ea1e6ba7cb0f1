# -n 4
# says: At the ends of a chain use MPI.PROC_NULL
# raises
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

edge = np.array([rank], dtype=float)
if rank < size:
    comm.Send(edge, dest=rank + 1)
if rank > 0:
    comm.Recv(edge, source=rank - 1)
