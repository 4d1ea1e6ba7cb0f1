# -n 3
# says: say with the receive buffer how many elements come from each rank: [recvbuf, counts].
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.full(rank + 1, rank, dtype=float)
everything = np.zeros(6)
comm.Allgatherv(mine, everything)
