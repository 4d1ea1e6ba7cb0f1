# -n 3
# kind: collective-root
# stuck: 0-2 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

half = comm.Split(0 if rank < 2 else 1, rank)
between = half.Create_intercomm(0, comm, 2 if rank < 2 else 0)
between.Bcast(np.zeros(2), root=MPI.ROOT if rank < 2 else 0)
