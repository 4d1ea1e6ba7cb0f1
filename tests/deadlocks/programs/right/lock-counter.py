# -n 4
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
counter = np.zeros(1, "i")
window = MPI.Win.Create(counter if rank == 0 else None, comm=comm)


def take():
    mine = np.zeros(1, "i")
    window.Lock(0)
    window.Get(mine, 0)
    window.Flush(0)
    mine += 1
    window.Put(mine, 0)
    window.Unlock(0)
    return mine[0]


taken = []
while not taken or taken[-1] <= 200:
    taken.append(take())
every = sorted(number for part in comm.allgather(taken) for number in part)
assert every == list(range(1, 200 + size + 1))
window.Free()
