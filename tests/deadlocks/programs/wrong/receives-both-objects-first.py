# -n 2
# kind: receives
# stuck: 0,1 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

other = 1 - rank
print(comm.recv(source=other))
comm.send(rank, dest=other)
