# -n 2
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

value = np.zeros(1)
for i in range(10_000):
    if rank == 0:
        value[0] = i
        comm.Send(value, dest=1)
    else:
        comm.Recv(value, source=0)
