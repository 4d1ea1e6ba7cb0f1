# -n 3
# kind: source
# stuck: 0 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    status = MPI.Status()
    for _ in range(2):
        comm.Probe(status=status)
        part = np.empty(status.Get_count(MPI.DOUBLE))
        comm.Recv(part, source=2)
else:
    comm.Send(np.ones(3), dest=0)
