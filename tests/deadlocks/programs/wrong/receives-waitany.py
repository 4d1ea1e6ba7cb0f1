# -n 3
# kind: receives
# stuck: 0 in line 13
# stuck: 1,2 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    requests = [comm.Irecv(np.zeros(1), source=r) for r in (1, 2)]
    MPI.Request.Waitany(requests)
else:
    comm.Recv(np.zeros(1), source=0)
