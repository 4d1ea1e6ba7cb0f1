# -n 4
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 3:
    time.sleep(2)
comm.Barrier()
