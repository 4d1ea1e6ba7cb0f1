# -n 2
# kind: raised
# stuck: 1 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    value = 1 / 0
    comm.send(value, dest=1)
else:
    comm.recv(source=0)
