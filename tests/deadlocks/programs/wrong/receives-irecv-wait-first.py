# -n 2
# kind: receives
# stuck: 0,1 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

buf = np.zeros(4)
request = comm.Irecv(buf, source=1 - rank)
request.Wait()
comm.Send(np.ones(4), dest=1 - rank)
