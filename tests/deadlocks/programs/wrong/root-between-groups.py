# -n 4
# kind: collective-root
# stuck: 0-3 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

half = comm.Split(rank // 2, rank)
between = half.Create_intercomm(0, comm, 2 if rank < 2 else 0)
word = between.bcast("word" if rank == 0 else None, root=0)
print(word)
