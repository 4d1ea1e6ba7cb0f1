# -n 4
# kind: source
# stuck: 0-3 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

right = (rank + 1) % size
left = (rank - 1) % size
got = np.empty(1)
comm.Sendrecv(np.ones(1), dest=right, recvbuf=got, source=right)
