# -n 2
# kind: tag
# stuck: 0,1 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

got = comm.sendrecv(rank, dest=1 - rank, sendtag=1, source=1 - rank, recvtag=2)
