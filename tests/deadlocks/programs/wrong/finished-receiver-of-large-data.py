# -n 2
# kind: finished
# stuck: 0 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.zeros(100_000), dest=1)
