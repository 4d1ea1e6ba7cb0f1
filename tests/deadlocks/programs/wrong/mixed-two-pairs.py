# -n 4
# kind: mixed
# stuck: 0,1 in line 11
# stuck: 3 in line 15
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank < 2:
    comm.recv(source=1 - rank)
elif rank == 2:
    comm.send("x", dest=3, tag=1)
else:
    comm.recv(source=2, tag=2)
