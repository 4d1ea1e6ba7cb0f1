# -n 4
# says: Rank 0 called bcast in line 9, but ranks 1-3 have not.
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    settings = comm.bcast({"steps": 10}, root=0)
