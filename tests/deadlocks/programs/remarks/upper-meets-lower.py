# -n 2
# says: Send and recv do not fit together.
# raises
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.ones(4), dest=1)
else:
    comm.recv(source=0)
