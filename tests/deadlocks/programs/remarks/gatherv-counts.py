# -n 3
# says: The sizes of Gatherv in line 11 do not fit together.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.ones(rank + 1)
everything = np.empty(6) if rank == 0 else None
comm.Gatherv(mine, [everything, [1, 1, 4]])
