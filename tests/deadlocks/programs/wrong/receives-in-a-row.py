# -n 4
# kind: receives
# stuck: 0-3 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

row = comm.Split(rank // 2, rank)
row.recv(source=1 - row.rank)
