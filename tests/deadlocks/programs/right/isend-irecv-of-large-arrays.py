# -n 3
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine, theirs = np.full(300_000, float(rank)), np.empty(300_000)
requests = [
    comm.Irecv(theirs, source=(rank - 1) % size),
    comm.Isend(mine, dest=(rank + 1) % size),
]
MPI.Request.Waitall(requests)
assert theirs[-1] == (rank - 1) % size
