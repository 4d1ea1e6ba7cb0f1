# -n 2
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

mine, theirs = np.zeros(2), np.zeros(2)
send = comm.Send_init(mine, dest=1 - rank)
recv = comm.Recv_init(theirs, source=1 - rank)
for step in range(20):
    mine[:] = step
    MPI.Prequest.Startall([recv, send])
    MPI.Request.Waitall([recv, send])
    assert theirs[0] == step
send.Free()
recv.Free()
