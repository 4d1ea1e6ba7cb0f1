# -n 2
# says: The message from rank 0 is too long for the buffer of rank 1.
# raises
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.send("x" * 100_000, dest=1, tag=11)
else:
    comm.irecv(source=0, tag=11).wait()
