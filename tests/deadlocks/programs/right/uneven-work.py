# -n 4
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

time.sleep(0.5 * rank)
assert comm.gather(rank) == ([0, 1, 2, 3] if rank == 0 else None)
