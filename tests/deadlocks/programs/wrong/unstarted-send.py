# -n 3
# kind: unstarted
# stuck: 1 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
if comm.rank == 0:
    comm.Send_init(np.zeros(3), dest=1).Wait()
elif comm.rank == 1:
    comm.Recv(np.zeros(3), source=0)
