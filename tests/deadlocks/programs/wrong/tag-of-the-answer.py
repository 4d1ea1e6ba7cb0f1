# -n 2
# kind: tag
# stuck: 0 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.send("ping", dest=1, tag=1)
    answer = comm.recv(source=1, tag=1)
else:
    comm.recv(source=0, tag=1)
    comm.send("pong", dest=0, tag=2)
