# -n 2
# kind: unstarted
# stuck: 0 in line 14
# stuck: 1 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
if comm.rank == 0:
    request = comm.Send_init(np.zeros(3), dest=1, tag=3)
    request.Wait()
else:
    comm.Recv(np.zeros(3), source=MPI.ANY_SOURCE, tag=3)
comm.Barrier()
