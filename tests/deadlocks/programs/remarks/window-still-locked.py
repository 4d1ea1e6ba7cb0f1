# -n 2
# says: Rank 1 has locked the part of rank 0 of window, and not unlocked it before the cell ended.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(8, comm=comm)
window.Lock_all()
window.Unlock_all()
comm.Barrier()
window.Lock(comm.rank)
window.Unlock(comm.rank)
comm.Barrier()
if comm.rank == 1:
    window.Lock(0)
    window.Put(np.ones(1), 0)
