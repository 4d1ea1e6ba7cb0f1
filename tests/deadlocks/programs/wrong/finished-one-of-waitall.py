# -n 3
# kind: finished
# stuck: 0 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    bufs = np.zeros((2, 5))
    requests = [comm.Irecv(bufs[i], source=i + 1) for i in range(2)]
    MPI.Request.Waitall(requests)
elif rank == 1:
    comm.Send(np.ones(5), dest=0)
