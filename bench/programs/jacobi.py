# Seconds of 1000 Jacobi steps on a 1000 x 1000 grid, cut into horizontal strips.
import time

import numpy as np
from mpi4py import MPI

SIZE, STEPS = 1000, 1000
comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
rows = SIZE // size
up = rank - 1 if rank > 0 else MPI.PROC_NULL
down = rank + 1 if rank < size - 1 else MPI.PROC_NULL
old = np.zeros((rows + 2, SIZE))
if rank == 0:
    old[0] = 1.0
new = old.copy()
scratch = np.empty((rows, SIZE - 2))

comm.Barrier()
start = time.perf_counter()
for _ in range(STEPS):
    comm.Sendrecv(old[1], up, recvbuf=old[-1], source=down)
    comm.Sendrecv(old[-2], down, recvbuf=old[0], source=up)
    np.add(old[:-2, 1:-1], old[2:, 1:-1], out=scratch)
    scratch += old[1:-1, :-2]
    scratch += old[1:-1, 2:]
    np.multiply(scratch, 0.25, out=new[1:-1, 1:-1])
    old, new = new, old
    if rank == 0:
        old[0] = 1.0
comm.Barrier()
seconds = time.perf_counter() - start
if rank == 0:
    print(f"RESULT {seconds}")
