# -n 2
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

buf = np.zeros(3)
if rank == 0:
    request = comm.Irecv(buf, source=1)
    while not request.Test():
        time.sleep(0.02)
    assert buf.sum() == 3
else:
    time.sleep(1.5)
    comm.Send(np.ones(3), dest=0)
