# -n 3
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

status = MPI.Status()
box = np.empty(100)
if rank == 0:
    for _ in range(1, size):
        comm.Recv(box, MPI.ANY_SOURCE, 0, status)
        assert status.Get_count(MPI.DOUBLE) == status.Get_source()
    for source in range(1, size):
        comm.Irecv(box, source, 7).Wait(status)
        assert status.Get_count(MPI.DOUBLE) == source
else:
    comm.Send(np.ones(rank), dest=0)
    comm.Send(np.ones(rank), dest=0, tag=7)
