# -n 4
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    assert comm.recv(source=MPI.ANY_SOURCE) == 3
elif rank == 3:
    time.sleep(1.8)
    comm.send(3, dest=0)
