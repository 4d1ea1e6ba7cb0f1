# -n 2
# says: Alltoall in line 10 was called with different element types.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.ones(2 * size, dtype=np.float32) if rank == 1 else np.ones(size)
comm.Alltoall(mine, np.empty_like(mine))
