# -n 2
# kind: sends
# stuck: 0,1 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

field = np.zeros(100_000)
comm.Send(field, dest=1 - rank)
comm.Recv(field, source=1 - rank)
