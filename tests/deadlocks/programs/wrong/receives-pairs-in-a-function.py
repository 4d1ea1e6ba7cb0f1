# -n 4
# kind: receives
# stuck: 0-3 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size


def exchange(mine, partner):
    theirs = np.empty_like(mine)
    comm.Recv(theirs, source=partner)
    comm.Send(mine, dest=partner)
    return theirs


exchange(np.arange(3.0), rank ^ 1)
