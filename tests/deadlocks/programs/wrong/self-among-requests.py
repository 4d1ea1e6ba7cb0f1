# -n 3
# kind: self
# stuck: 0-2 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

requests = [comm.irecv(source=other) for other in range(size)]
# Nobody sends to the own rank.
others = [other for other in range(size) if other != rank]
requests += [comm.isend(rank, dest=other) for other in others]
MPI.Request.waitall(requests)
