# -n 3
# kind: lock
# stuck: 1-2 in line 14
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(8, comm=comm)

if comm.rank == 0:
    window.Lock(0)
comm.Barrier()
if comm.rank > 0:
    window.Lock(0)
    window.Accumulate(np.ones(1), 0)
    window.Unlock(0)
