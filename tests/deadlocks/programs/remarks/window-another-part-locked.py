# -n 2
# says: Wrong synchronization of RMA calls: MPI_Put on the part of rank 1, which is not locked
# raises
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(8, comm=comm)
one = np.ones(1)
if comm.rank == 0:
    window.Lock(0)
    window.Put(one, 1)
    window.Unlock(0)
comm.Barrier()
window.Free()
