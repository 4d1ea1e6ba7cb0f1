# -n 3
# kind: collective-other
# stuck: 0 in line 14
# stuck: 1-2 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

try:
    part = comm.scatter([1, 2] if rank == 0 else None)
except ValueError:
    print("not enough")
comm.barrier()
