# -n 3
# kind: collective-other
# stuck: 0,2 in line 13
# stuck: 1 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Create(np.zeros(1), comm=comm)
if comm.rank == 1:
    window.Free()
else:
    window.Fence()
