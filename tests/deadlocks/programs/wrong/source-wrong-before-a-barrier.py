# -n 3
# kind: source
# stuck: 2 in line 15
# stuck: 0,1 in line 16
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

value = np.zeros(1)
if rank == 0:
    comm.Send(value, dest=2)
elif rank == 2:
    comm.Recv(value, source=1)
comm.Barrier()
