# -n 2
# kind: communicator
# stuck: 1 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

row = comm.Split(0, rank)
if rank == 0:
    row.send("on the row", dest=1)
else:
    comm.recv(source=0)
