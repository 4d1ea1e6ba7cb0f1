# -n 3
# kind: self
# stuck: 0-2 in line 14
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

requests = [comm.irecv(source=other) for other in range(size)]
for other in range(size):
    if other != rank:
        requests.append(comm.isend(rank, dest=other))
# Nobody sends to the own rank.
MPI.Request.waitall(requests)
