# -n 4
# says: The sizes of Scatter in line 11 do not fit together.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

numbers = np.arange(16.0) if rank == 0 else None
part = np.empty(5)
comm.Scatter(numbers, part)
