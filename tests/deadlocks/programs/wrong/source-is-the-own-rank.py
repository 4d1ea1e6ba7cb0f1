# -n 3
# kind: source
# stuck: 0-2 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

next_rank = (rank + 1) % size
comm.send(rank, dest=next_rank)
print(comm.recv(source=rank))
