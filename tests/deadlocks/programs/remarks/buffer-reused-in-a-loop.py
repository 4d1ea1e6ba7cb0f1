# -n 2
# says: The buffer of Isend in line 14 was changed
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

buffer = np.empty(100_000)
if rank == 0:
    requests = []
    for step in range(4):
        buffer[:] = step
        requests.append(comm.Isend(buffer, dest=1, tag=step))
    MPI.Request.Waitall(requests)
else:
    for step in range(4):
        comm.Recv(buffer, source=0, tag=step)
        print(buffer[0])
