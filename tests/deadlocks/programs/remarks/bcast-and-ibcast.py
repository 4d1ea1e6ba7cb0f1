# -n 3
# says: Ibcast in line 11 and Bcast in line 13 meet here, but not in plain MPI.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.full(3, rank, dtype=float)
if rank == 0:
    comm.Ibcast(data, root=0).Wait()
else:
    comm.Bcast(data, root=0)
