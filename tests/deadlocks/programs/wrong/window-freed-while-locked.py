# -n 3
# kind: raised
# stuck: 0 in line 13
# stuck: 2 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(8, comm=comm)
one = np.ones(1)
if comm.rank == 1:
    window.Lock(0), window.Put(one, 0)
window.Free()
