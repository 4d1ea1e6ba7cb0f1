# -n 3
# kind: receives
# stuck: 0-2 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

print(comm.recv(source=MPI.ANY_SOURCE))
comm.send(rank, dest=(rank + 1) % size)
