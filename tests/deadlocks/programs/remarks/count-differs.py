# -n 2
# says: Reduce in line 9 was called with buffers of different size.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.Reduce(np.ones(4 + 4 * rank), np.empty(4) if rank == 0 else None)
