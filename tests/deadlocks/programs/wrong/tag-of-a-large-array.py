# -n 2
# kind: tag
# stuck: 0 in line 13
# stuck: 1 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.zeros(100_000)
if rank == 0:
    comm.Send(data, dest=1, tag=7)
else:
    comm.Recv(data, source=0, tag=8)
