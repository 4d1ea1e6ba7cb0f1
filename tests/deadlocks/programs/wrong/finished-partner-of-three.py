# -n 3
# kind: finished
# stuck: 2 in line 14
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

partner = rank ^ 1
data = np.full(100_000, float(rank))
got = np.empty_like(data)
if rank % 2 == 0:
    comm.Send(data, dest=partner % size)
    comm.Recv(got, source=partner % size)
else:
    comm.Recv(got, source=partner % size)
    comm.Send(data, dest=partner % size)
