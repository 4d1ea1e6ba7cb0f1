# -n 4
# says: Rank 0 gives counts to Scatterv that reach beyond its buffer.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.zeros(100)[:10] if rank == 0 else None
comm.Scatterv([data, [3] * size], np.empty(3))
