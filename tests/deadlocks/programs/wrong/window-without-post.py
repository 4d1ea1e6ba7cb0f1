# -n 2
# kind: window
# stuck: 0 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank
window = MPI.Win.Create(np.zeros(1), comm=comm)
if rank == 0:
    window.Start(comm.group.Incl([1]))
    window.Complete()
