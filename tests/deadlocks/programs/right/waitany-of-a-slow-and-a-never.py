# -n 3
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    bufs = np.zeros((2, 1))
    requests = [comm.Irecv(bufs[i], source=i + 1) for i in range(2)]
    assert MPI.Request.Waitany(requests) == 1
    requests[0].Cancel()
    requests[0].Wait()
elif rank == 2:
    time.sleep(1.6)
    comm.Send(np.ones(1), dest=0)
