# -n 4
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

left = rank - 1 if rank > 0 else MPI.PROC_NULL
right = rank + 1 if rank < size - 1 else MPI.PROC_NULL
got = comm.sendrecv(rank, dest=right, source=left)
assert got == (rank - 1 if rank > 0 else None)
