# -n 3
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
memory, one = np.zeros(64), np.ones(1)
window = MPI.Win.Create(memory, 8, comm=comm)
window.Fence()
for place in range(2000):
    window.Accumulate(one, (rank + 1) % size, place % 64)
window.Fence()
assert memory.sum() == 2000
window.Free()

# A word that each rank in turn waits for, and writes for the next.
window = MPI.Win.Allocate_shared(4 if rank == 0 else 0, 4, comm=comm)
memory, _ = window.Shared_query(0)
word = np.ndarray(1, "i", buffer=memory)
if rank == 0:
    word[0] = 0
comm.Barrier()
window.Lock_all()
for turn in range(30):
    while word[0] != turn * size + rank:
        window.Sync()
    word[0] += 1
    window.Sync()
window.Unlock_all()
comm.Barrier()
window.Free()
