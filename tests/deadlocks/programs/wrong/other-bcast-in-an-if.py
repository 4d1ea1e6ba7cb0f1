# -n 3
# kind: collective-other
# stuck: 1-2 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

steps = None
if rank == 0:
    steps = comm.bcast(100, root=0)
everything = comm.allgather(steps)
print(everything)
