# -n 2
# kind: self
# stuck: 0 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.ssend("me", dest=0)
