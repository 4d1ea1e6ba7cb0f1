# -n 4
# kind: finished
# stuck: 0,1 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank
half = comm.Split(rank // 2)
if rank < 2:
    both = half.Create_intercomm(0, comm, 2)
