# -n 4
# says: bcast in line 9 was called with different roots.
# raises
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.bcast({"a": 1} if rank == 0 else None, root=rank)
