# -n 2
# kind: collective-missing
# stuck: 0 in line 13
# stuck: 1 in line 14
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.zeros(100_000)
if rank == 0:
    comm.Send(data, dest=1)
comm.Barrier()
if rank == 1:
    comm.Recv(data, source=0)
