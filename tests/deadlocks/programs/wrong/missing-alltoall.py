# -n 4
# kind: collective-missing
# stuck: 1-3 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank > 0:
    comm.Alltoall(np.arange(4), np.empty(4, int))
