# -n 2
# kind: collective-other
# stuck: 0 in line 13
# stuck: 1 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

one, two = np.ones(1), np.ones(2)
if rank == 0:
    comm.Gather(one, two, root=0)
else:
    comm.Scatter(None, one, root=0)
