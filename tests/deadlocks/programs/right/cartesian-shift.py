# -n 4
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

grid = comm.Create_cart([size], periods=[False])
left, right = grid.Shift(0, 1)
got = np.full(1, -1.0)
grid.Sendrecv(np.full(1, float(rank)), dest=right, recvbuf=got, source=left)
assert got[0] == (rank - 1 if rank > 0 else -1)
