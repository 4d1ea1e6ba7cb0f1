# -n 4
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
window = MPI.Win.Allocate(8 * size, 8, comm=comm)
mine = np.frombuffer(window.tomemory(), "d")
mine[:] = 0
comm.Barrier()

# All pick up two neighbours, in the order of their numbers, and are slow with them.
first, second = sorted([rank, (rank + 1) % size])
for _ in range(3):
    window.Lock(first)
    window.Lock(second)
    for part in first, second:
        window.Accumulate(np.ones(1), part, rank)
    time.sleep(0.1)
    window.Unlock(second)
    window.Unlock(first)
comm.Barrier()
window.Lock(rank)
assert mine.sum() == 6
window.Unlock(rank)

window.Lock_all()
window.Accumulate(np.ones(1), (rank + 1) % size)
window.Flush_all()
comm.Barrier()
time.sleep(0.5)
window.Unlock_all()
window.Free()
