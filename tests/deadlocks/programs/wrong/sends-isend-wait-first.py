# -n 2
# kind: sends
# stuck: 0,1 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

big = np.zeros(200_000)
request = comm.Isend(big, dest=1 - rank)
request.Wait()
comm.Recv(np.empty(200_000), source=1 - rank)
