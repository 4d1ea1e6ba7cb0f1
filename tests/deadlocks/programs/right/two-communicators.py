# -n 4
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

row = comm.Split(rank // 2, rank)
column = comm.Split(rank % 2, rank)
assert row.allreduce(rank) + column.allreduce(rank) == 4 * (rank // 2) + 1 + 2 * (rank % 2) + 2
