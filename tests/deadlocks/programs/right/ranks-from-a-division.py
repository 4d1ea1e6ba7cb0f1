# -n 4
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

# mpi4py takes a float for a rank.
half = size / 2
for _ in range(3):
    if rank < half:
        comm.send(rank, dest=rank + half)
        comm.Send(bytearray(9), dest=rank + half)
    else:
        assert comm.recv(source=rank - half) == rank - half
        comm.Recv(bytearray(9), source=rank - half)
assert comm.bcast(rank, root=half) == half
assert comm.reduce(rank, root=half) == (6 if rank == half else None)
