# -n 3
# kind: collective-missing
# stuck: 0,1 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

for _ in range(3 if rank < 2 else 2):
    residual = comm.allreduce(rank)
