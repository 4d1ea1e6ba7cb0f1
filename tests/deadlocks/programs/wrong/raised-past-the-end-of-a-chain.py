# -n 4
# kind: raised
# stuck: 0-2 in line 14
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

buf = np.zeros(2)
if rank == size - 1:
    comm.Send(buf, dest=rank + 1)
else:
    comm.Recv(buf, source=rank + 1)
