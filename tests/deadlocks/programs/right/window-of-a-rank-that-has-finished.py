# -n 4
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

window = MPI.Win.Allocate(8 * size, 8, comm=comm)
window.Fence()
if rank < 3:
    for value in range(100):
        window.Lock(3)
        window.Put(np.full(1, float(value)), 3, rank)
        window.Unlock(3)
