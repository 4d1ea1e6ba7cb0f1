# -n 3
# kind: collective-root
# stuck: 0,1 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine = np.ones(2)
root = 0 if rank == 0 else 1
all_of_it = np.empty((size, 2)) if rank == root else None
comm.Gather(mine, all_of_it, root=root)
