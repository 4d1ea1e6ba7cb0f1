# -n 3
# kind: collective-missing
# stuck: 0,1 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank

window = MPI.Win.Create(np.zeros(1), comm=comm)
window.Fence()
if rank < 2:
    window.Fence()
