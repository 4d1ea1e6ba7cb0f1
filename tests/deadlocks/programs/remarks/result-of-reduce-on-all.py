# -n 4
# says: Hint: reduce and gather give their result to the root only
# raises
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

total = comm.reduce(rank, op=MPI.SUM)
print("mean:", total / size)
