# -n 4
# kind: leader
# stuck: 0-3 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

group = comm.Split(rank % 2, rank)
group.Create_intercomm(0, comm, 2 - 2 * (rank % 2), tag=12)
