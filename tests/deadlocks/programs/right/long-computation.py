# -n 2
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    end = time.time() + 2
    while time.time() < end:
        sum(range(1000))
    comm.send("done", dest=1)
else:
    assert comm.recv(source=0) == "done"
