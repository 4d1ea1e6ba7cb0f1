# -n 3
# kind: finished
# stuck: 1-2 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.bcast("word")
else:
    word = comm.recv(source=0)
