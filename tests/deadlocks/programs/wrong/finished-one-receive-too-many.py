# -n 2
# kind: finished
# stuck: 1 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

buf = np.zeros(3)
for i in range(3):
    if rank == 0 and i < 2:
        comm.Send(buf, dest=1)
    elif rank == 1:
        comm.Recv(buf, source=0)
