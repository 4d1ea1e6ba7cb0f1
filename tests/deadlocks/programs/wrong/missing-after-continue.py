# -n 3
# kind: collective-missing
# stuck: 0,2 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

for step in range(4):
    if rank == 1 and step == 2:
        continue
    comm.Barrier()
