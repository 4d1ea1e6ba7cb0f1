# -n 4
# says: Scatter in line 11 was called with different element types.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

numbers = np.arange(8.0) if rank == 0 else None
part = np.empty(2, dtype=np.int64)
comm.Scatter(numbers, part)
