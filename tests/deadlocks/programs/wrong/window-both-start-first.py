# -n 2
# kind: window
# stuck: 0-1 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank
window = MPI.Win.Create(np.zeros(4), comm=comm)

other = comm.group.Incl([1 - rank])
window.Start(other)
window.Post(other)
window.Put(np.ones(1), 1 - rank)
window.Complete()
window.Wait()
