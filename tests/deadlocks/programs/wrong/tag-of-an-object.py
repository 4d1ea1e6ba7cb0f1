# -n 2
# kind: tag
# stuck: 1 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.send("hello", dest=1, tag=3)
else:
    comm.recv(source=0, tag=0)
