# -n 3
# kind: collective-other
# stuck: 0 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

total = np.empty(3 if rank == 0 else 4)
try:
    comm.Allreduce(np.ones(4), total)
except ValueError as error:
    print(error)
comm.Barrier()
