# -n 3
# kind: collective-other
# stuck: 0 in line 13
# stuck: 1,2 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.zeros(4)
if rank == 0:
    comm.Barrier()
else:
    comm.Bcast(data, root=0)
