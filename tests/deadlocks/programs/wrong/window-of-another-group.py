# -n 3
# kind: window
# stuck: 0 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank
window = MPI.Win.Create(np.zeros(4), comm=comm)

if rank == 0:
    window.Start(comm.group.Incl([1, 2]))
    window.Put(np.ones(1), 1)
    window.Complete()
elif rank == 1:
    window.Post(comm.group.Incl([0]))
    window.Wait()
comm.Barrier()
