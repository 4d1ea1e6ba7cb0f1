# -n 2
# kind: receives
# stuck: 0-1 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

value = np.zeros(1)
for attempt in range(3):
    try:
        comm.Recv(value, source=1 - rank, tag=attempt)
    except BaseException:
        print("once more")
