# -n 2
# kind: collective-other
# stuck: 0 in line 13
# stuck: 1 in line 16
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.zeros(1000)
if rank == 0:
    comm.Barrier()
    comm.Bcast(data, root=0)
else:
    comm.bcast(None, root=0)
    comm.Barrier()
