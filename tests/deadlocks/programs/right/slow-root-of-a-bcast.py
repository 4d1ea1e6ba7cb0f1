# -n 5
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    time.sleep(2)
assert comm.bcast("go" if rank == 0 else None) == "go"
