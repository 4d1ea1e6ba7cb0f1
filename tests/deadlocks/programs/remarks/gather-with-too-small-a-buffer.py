# -n 3
# says: The sizes of Gather in line 11 do not fit together.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.full(4, rank, dtype=float)
everything = np.empty(6) if rank == 0 else None
comm.Gather(mine, everything)
