# -n 2
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    end = time.time() + 1.5
    while time.time() < end:
        a = np.random.rand(150, 150)
        b = a @ a
total = comm.allreduce(1)
assert total == size
