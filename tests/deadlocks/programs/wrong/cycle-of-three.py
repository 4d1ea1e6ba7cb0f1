# -n 3
# kind: cycle
# stuck: 0 in line 14
# stuck: 1 in line 16
# stuck: 2 in line 18
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

buf = np.zeros(1)
if rank == 0:
    comm.Ssend(buf, dest=1)
elif rank == 1:
    comm.Ssend(buf, dest=2)
else:
    comm.Recv(buf, source=0)
