# -n 2 --strict
# kind: sends
# stuck: 0,1 in line 10
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.Send(np.ones(10), dest=1 - rank)
comm.Recv(np.empty(10), source=1 - rank)
