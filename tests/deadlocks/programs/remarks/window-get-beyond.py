# -n 2
# says: Rank 0 reaches beyond the part of rank 1 of window with Get.
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
