# -n 5
# kind: collective-missing
# stuck: 0 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank < 3:
    print(comm.gather(rank, root=0))
