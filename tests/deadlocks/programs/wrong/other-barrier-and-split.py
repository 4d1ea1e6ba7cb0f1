# -n 3
# kind: collective-other
# stuck: 0 in line 13
# stuck: 1,2 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank

if rank > 0:
    half = comm.Split(rank % 2)
else:
    comm.Barrier()
