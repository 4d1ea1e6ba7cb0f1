# -n 4
# kind: mixed
# stuck: 0-2 in line 12
# stuck: 3 in line 14
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

pair = comm.Split(0 if rank in (0, 3) else 1 + rank, rank)
if rank < 3:
    comm.Barrier()
else:
    pair.Barrier()
