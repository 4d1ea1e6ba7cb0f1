# -n 3
# says: Ranks 0-2 have too little room for what is sent in Allgather in line 11.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.full(4, rank, dtype=float)
everything = np.empty(size)
comm.Allgather(mine, everything)
