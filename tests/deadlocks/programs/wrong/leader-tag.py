# -n 4
# kind: leader
# stuck: 0,2 in line 12
# stuck: 1,3 in line 14
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

group = comm.Split(rank % 2, rank)
if rank % 2 == 0:
    group.Create_intercomm(0, comm, 1, tag=12)
else:
    group.Create_intercomm(0, comm, 0, tag=13)
