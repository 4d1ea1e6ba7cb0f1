# -n 4
# says: as bcast does where all ranks call it.
# raises
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    steps = 100
    comm.bcast(steps, root=0)
for _ in range(steps):
    pass
