# -n 3
# kind: finished
# stuck: 0 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    results = [comm.recv(source=MPI.ANY_SOURCE) for _ in range(size)]
else:
    comm.send(rank**2, dest=0)
