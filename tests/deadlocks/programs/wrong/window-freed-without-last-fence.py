# -n 2
# kind: raised
# stuck: 1 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Create(np.zeros(4), 8, comm=comm)
one = np.ones(1)
window.Fence()
if comm.rank == 0:
    window.Put(one, 1)
window.Free()
