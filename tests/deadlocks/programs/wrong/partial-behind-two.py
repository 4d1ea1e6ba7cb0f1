# -n 4
# kind: receives
# stuck: 0,1 in line 13
# stuck: 3 in line 17
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank < 2:
    comm.recv(source=1 - rank)
elif rank == 2:
    time.sleep(4)
else:
    comm.recv(source=0)
