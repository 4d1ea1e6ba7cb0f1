# -n 3
# says: Bcast in line 10 was called with buffers of different size.
# raises
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.Bcast(np.arange(100 if rank == 0 else 10))
