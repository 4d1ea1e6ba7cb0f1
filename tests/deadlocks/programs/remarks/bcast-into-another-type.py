# -n 3
# says: Bcast in line 10 was called with different element types.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

steps = np.array([10, 20], dtype=np.float64 if rank == 0 else np.int64)
comm.Bcast(steps)
