# -n 3
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

request = comm.Ibarrier()
if rank == 1:
    time.sleep(1.6)
request.Wait()
