# -n 2
# kind: finished
# stuck: 1 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 1:
    comm.recv(source=0)
