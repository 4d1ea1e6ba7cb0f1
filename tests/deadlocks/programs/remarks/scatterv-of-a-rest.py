# -n 3
# says: : 4, 3, 3 to the ranks, room for 3 MPI.DOUBLE (24 bytes) itself
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

numbers = np.arange(10.0) if rank == 0 else None
part = np.empty(10 // size)
comm.Scatterv([numbers, [4, 3, 3]], part)
