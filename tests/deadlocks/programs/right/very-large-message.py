# -n 2
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.zeros(12_000_000)
if rank == 0:
    data[-1] = 7
    comm.Send(data, dest=1)
else:
    comm.Recv(data, source=0)
    assert data[-1] == 7
