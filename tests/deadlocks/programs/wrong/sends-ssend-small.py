# -n 2
# kind: sends
# stuck: 0,1 in line 10
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.Ssend(np.ones(1), dest=1 - rank)
comm.Recv(np.empty(1), source=1 - rank)
