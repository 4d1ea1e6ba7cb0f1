# -n 4
# kind: tag
# stuck: 0 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

RESULT, WORK = 4, 5
if rank == 0:
    results = [comm.recv(source=MPI.ANY_SOURCE, tag=WORK) for _ in range(size - 1)]
else:
    comm.send(rank**2, dest=0, tag=RESULT)
