# -n 4
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

for _ in range(3000):
    comm.Barrier()
