# -n 4
# kind: collective-missing
# stuck: 2 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

row = comm.Split(rank // 2, rank)
if rank != 3:
    row.Allreduce(np.ones(1), np.empty(1))
