# -n 3
# kind: collective-missing
# stuck: 1,2 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

settings = {"steps": 10}
if rank != 0:
    settings = comm.bcast(None, root=0)
