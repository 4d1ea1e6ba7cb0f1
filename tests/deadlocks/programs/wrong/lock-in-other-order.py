# -n 2
# kind: lock
# stuck: 0-1 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, other = comm.rank, 1 - comm.rank
window = MPI.Win.Create(np.zeros(4), comm=comm)
window.Lock(rank)
comm.Barrier()
window.Lock(other)
window.Put(np.ones(4), other)
window.Unlock(other)
window.Unlock(rank)
