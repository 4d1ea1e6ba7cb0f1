# Microseconds of an Allreduce of one number.
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
one, total = np.ones(1), np.zeros(1)


def calls(count):
    comm.Barrier()
    start = time.perf_counter()
    for _ in range(count):
        comm.Allreduce(one, total)
    return time.perf_counter() - start


count = 1
while comm.bcast(calls(count)) < 0.25:
    count *= 4
seconds = comm.bcast(calls(count))
if comm.rank == 0:
    print(f"RESULT {seconds / count * 1e6}")
