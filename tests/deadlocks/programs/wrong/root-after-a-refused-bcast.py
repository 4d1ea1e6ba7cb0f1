# -n 3
# kind: collective-root
# stuck: 0 in line 17
# stuck: 1-2 in line 16
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.ones(4)
try:
    comm.Bcast(data, root=3 if rank == 0 else 0)
except MPI.Exception:
    print("no such root")
comm.Bcast(data, root=0)
comm.Bcast(data, root=1)
