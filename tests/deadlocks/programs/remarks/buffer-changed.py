# -n 2
# says: was changed before the send was complete.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    data = np.ones(100)
    request = comm.Isend(data, dest=1)
    data[:] = 2
    request.Wait()
else:
    comm.Recv(np.empty(100), source=0)
