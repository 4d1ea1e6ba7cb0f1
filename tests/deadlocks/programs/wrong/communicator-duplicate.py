# -n 4
# kind: communicator
# stuck: 3 in line 14
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

private = comm.Dup()
if rank == 2:
    comm.Send(np.ones(5), dest=3, tag=1)
elif rank == 3:
    private.Recv(np.empty(5), source=2, tag=1)
