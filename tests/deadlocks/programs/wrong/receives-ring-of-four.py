# -n 4
# kind: receives
# stuck: 0-3 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

left, right = (rank - 1) % size, (rank + 1) % size
token = comm.recv(source=left)
comm.send(token, dest=right)
