# -n 3
# says: Ranks 0-2 receive another element type in Allgather in line 11 than is sent.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.full(4, rank, dtype=float)
everything = np.empty(4 * size, dtype=np.float32)
comm.Allgather(mine, everything)
