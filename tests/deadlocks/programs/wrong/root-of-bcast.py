# -n 3
# kind: collective-root
# stuck: 0-2 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.arange(4.0)
comm.Bcast(data, root=1 if rank == 0 else 0 if rank == 2 else 2)
