# -n 2
# kind: tag
# stuck: 1 in line 14
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.Send(np.ones(3), dest=1, tag=9)
else:
    status = MPI.Status()
    comm.Probe(source=0, tag=8, status=status)
