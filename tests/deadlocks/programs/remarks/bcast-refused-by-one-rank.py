# -n 4
# says: Ranks 0 and 2 called bcast in line 9, but ranks 1 and 3 have not: bcast in line 9 raised
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

try:
    comm.bcast("settings", root=size if rank % 2 else 0)
except MPI.Exception:
    print("no such root")
