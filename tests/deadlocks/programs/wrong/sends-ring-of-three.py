# -n 3
# kind: sends
# stuck: 0-2 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

block = np.zeros((500, 500))
comm.Send(block, dest=(rank + 1) % size)
comm.Recv(block, source=(rank - 1) % size)
