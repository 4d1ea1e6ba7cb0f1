# -n 3
# says: send and receive buffer must be of the same size: 3 parts, one for each rank.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.full(2 * size, rank, dtype=float)
got = np.zeros(size)
comm.Alltoall(mine, got)
