# -n 2
# kind: finished
# stuck: 0 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Sendrecv(np.ones(2), dest=1, recvbuf=np.empty(2), source=1)
