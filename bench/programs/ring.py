# Microseconds a hop of an 8-byte message that goes round all ranks.
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
message = np.zeros(1)


def rounds(count):
    comm.Barrier()
    start = time.perf_counter()
    for _ in range(count):
        if rank == 0:
            comm.Send(message, 1)
            comm.Recv(message, size - 1)
        else:
            comm.Recv(message, rank - 1)
            comm.Send(message, (rank + 1) % size)
    return time.perf_counter() - start


count = 1
while comm.bcast(rounds(count)) < 0.25:
    count *= 4
seconds = comm.bcast(rounds(count))
if rank == 0:
    print(f"RESULT {seconds / count / size * 1e6}")
