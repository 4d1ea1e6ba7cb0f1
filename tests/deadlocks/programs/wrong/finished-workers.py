# -n 4
# kind: finished
# stuck: 0 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    for _ in range(size):
        result = comm.recv(source=MPI.ANY_SOURCE)
else:
    comm.send(rank, dest=0)
