# -n 2
# kind: sends
# stuck: 0,1 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

numbers = list(range(300_000))
comm.send(numbers, dest=1 - rank)
comm.recv(source=1 - rank)
