# -n 2
# says: send and Recv do not fit together.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.send([1, 2], dest=1)
else:
    comm.Recv(np.empty(1000, np.int8), source=0)
