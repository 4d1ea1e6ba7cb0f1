# -n 5
# kind: receives
# stuck: 0-4 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

halo = np.empty(100)
comm.Recv(halo, source=(rank + 1) % size, tag=4)
comm.Send(halo, dest=(rank - 1) % size, tag=4)
