# -n 2
# kind: unstarted
# stuck: 0 in line 9
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
if comm.rank == 0:
    comm.Ssend(np.zeros(3), dest=1)
else:
    comm.Recv_init(np.zeros(3), source=MPI.ANY_SOURCE).Wait()
