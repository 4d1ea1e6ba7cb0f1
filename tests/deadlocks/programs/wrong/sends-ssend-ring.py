# -n 4
# kind: sends
# stuck: 0-3 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.ssend(rank, dest=(rank + 1) % size)
comm.recv(source=(rank - 1) % size)
