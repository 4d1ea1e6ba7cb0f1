# -n 4
# kind: destination
# stuck: 1 in line 14
# stuck: 0,2,3 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.ones(2), dest=3, tag=1)
elif rank == 1:
    comm.Recv(np.ones(2), source=0, tag=1)
comm.Barrier()
