# -n 3
# kind: collective-missing
# stuck: 1 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank

pair = comm.group.Incl([0, 1])
if rank == 1:
    part = comm.Create_group(pair)
