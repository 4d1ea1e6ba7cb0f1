# -n 1
# kind: self
# stuck: 0 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.recv(source=MPI.ANY_SOURCE)
