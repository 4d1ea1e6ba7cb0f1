# -n 4
# kind: collective-missing
# stuck: 0,2 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
row = comm.Split(rank % 2, rank)
total = comm.allreduce(rank) if rank % 2 == 0 else row.allreduce(rank)
