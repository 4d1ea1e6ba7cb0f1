# -n 2
# says: The buffer of Isend in line 13 was changed before the send was complete.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    a, b, c = np.ones(100), np.ones(100), np.ones(100)
    requests = [
        comm.Isend(a, dest=1, tag=1),
        comm.Isend(b, dest=1, tag=2),
        comm.Isend(c, dest=1, tag=3),
    ]
    b += 1
    MPI.Request.Waitall(requests)
else:
    for tag in (1, 2, 3):
        comm.Recv(np.empty(100), source=0, tag=tag)
