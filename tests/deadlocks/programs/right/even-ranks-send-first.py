# -n 4
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

data = np.full(100_000, float(rank))
theirs = np.empty(100_000)
for partner in (rank ^ 1, rank ^ 2):
    if rank < partner:
        comm.Send(data, dest=partner)
        comm.Recv(theirs, source=partner)
    else:
        comm.Recv(theirs, source=partner)
        comm.Send(data, dest=partner)
    assert theirs[0] == partner
