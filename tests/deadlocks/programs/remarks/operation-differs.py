# -n 2
# says: allreduce in line 8 was called with different operations.
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

total = comm.allreduce(rank + 1, op=MPI.SUM if rank == 0 else MPI.PROD)
