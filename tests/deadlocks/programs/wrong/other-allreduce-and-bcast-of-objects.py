# -n 4
# kind: collective-other
# stuck: 1,3 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank

total = comm.allreduce(rank) if rank % 2 else comm.bcast(rank)
print(total)
