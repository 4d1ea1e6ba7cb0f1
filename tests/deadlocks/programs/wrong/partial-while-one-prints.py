# -n 3
# kind: receives
# stuck: 0,1 in line 12
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank < 2:
    comm.recv(source=1 - rank)
else:
    for i in range(80):
        print("step", i, flush=True)
        time.sleep(0.05)
