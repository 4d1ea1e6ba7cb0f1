# -n 2
import gc
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    rubbish = [[i] for i in range(300_000)]
    end = time.time() + 1.2
    while time.time() < end:
        gc.collect()
comm.Barrier()
