# -n 4
# kind: cycle
# stuck: 0 in line 15
# stuck: 1 in line 17
# stuck: 2 in line 19
# stuck: 3 in line 21
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

buf = np.zeros(1)
if rank == 0:
    comm.Recv(buf, source=1)
elif rank == 1:
    comm.Irecv(buf, source=2).Wait()
elif rank == 2:
    comm.Ssend(buf, dest=3)
else:
    comm.recv(source=0)
