# -n 2
# says: Rank 1 did not receive a message that rank 0 sent to it.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.ones(4), dest=1, tag=5)
