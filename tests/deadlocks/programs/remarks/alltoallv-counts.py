# -n 3
# says: sends 3, 3, 3 to the ranks, room for 1, 1, 1 from the ranks
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.full(3 * size, rank, dtype=float)
got = np.zeros(3 * size)
comm.Alltoallv([mine, [3] * size], [got, [3 - rank] * size])
