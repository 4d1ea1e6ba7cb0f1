# -n 3
# says: gave None where Bcast needs a buffer.
# raises
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.ones(3) if rank == 0 else None
comm.Bcast(data)
