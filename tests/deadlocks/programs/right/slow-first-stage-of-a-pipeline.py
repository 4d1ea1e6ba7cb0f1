# -n 5
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    time.sleep(2)
    value = 1
else:
    value = comm.recv(source=rank - 1) + 1
if rank < size - 1:
    comm.send(value, dest=rank + 1)
assert value == rank + 1
