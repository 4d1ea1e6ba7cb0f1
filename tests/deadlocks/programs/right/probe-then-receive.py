# -n 2
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    time.sleep(1.5)
    comm.Send(np.arange(5.0), dest=1)
else:
    status = MPI.Status()
    comm.Probe(source=MPI.ANY_SOURCE, status=status)
    buf = np.empty(status.Get_count(MPI.DOUBLE))
    comm.Recv(buf, source=status.source)
    assert buf.size == 5
