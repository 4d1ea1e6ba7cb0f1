# -n 2
# kind: collective-root
# stuck: 0 in line 13
# stuck: 1 in line 16
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

first, second = np.ones(10), np.ones(20)
if rank == 0:
    comm.Bcast(first, root=1)
    comm.Bcast(second, root=0)
else:
    comm.Bcast(second, root=0)
    comm.Bcast(first, root=1)
