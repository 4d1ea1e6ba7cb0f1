# -n 3
# kind: collective-other
# stuck: 0 in line 11
# stuck: 1,2 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    print(comm.gather(rank, root=0))
else:
    comm.bcast(None, root=0)
