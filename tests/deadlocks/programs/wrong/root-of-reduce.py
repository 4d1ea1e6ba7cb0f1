# -n 4
# kind: collective-root
# stuck: 0,3 in line 11
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

total = np.empty(1)
comm.Reduce(np.ones(1), total, root=3 if rank == 3 else 0)
