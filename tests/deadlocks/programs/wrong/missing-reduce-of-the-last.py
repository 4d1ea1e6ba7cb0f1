# -n 3
# kind: collective-missing
# stuck: 0 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

total = np.zeros(1)
if rank < size - 1:
    comm.Reduce(np.ones(1), total, root=0)
