# -n 2
# kind: collective-missing
# stuck: 1 in line 12
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.ones(4)
try:
    comm.Bcast(data, root=1 if rank == 1 else size)
except MPI.Exception:
    print("no such root")
