# -n 2
# says: Rank 1 has room for more than is sent in Iallgather in line 11.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.ones(4)
everything = np.empty((4 + rank) * size)
comm.Iallgather(mine, everything).Wait()
