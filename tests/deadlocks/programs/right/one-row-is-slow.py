# -n 4
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

row = comm.Split(rank // 2, rank)
if rank == 3:
    time.sleep(1.8)
row.Barrier()
comm.Barrier()
