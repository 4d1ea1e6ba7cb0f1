# -n 3
# says: Rank 1 begins within an element of the part of rank 0 of window with Put.
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
results = np.zeros(comm.size)
window = MPI.Win.Create(results if comm.rank == 0 else None, comm=comm)
window.Fence()
if comm.rank == 1:
    window.Put(np.ones(1), 0, comm.rank)
window.Fence()
window.Free()
