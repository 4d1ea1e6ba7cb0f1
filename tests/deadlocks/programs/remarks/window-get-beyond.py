# -n 2
# says: Target memory is not contained within the window: MPI_Get of bytes 16 to 24 of the 16 bytes
# raises
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(16, 8, comm=comm)
got = np.zeros(1)
window.Fence()
if comm.rank == 0:
    window.Get(got, 1, 2)
window.Fence()
window.Free()
