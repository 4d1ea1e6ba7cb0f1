# -n 4
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    done = [comm.recv(source=MPI.ANY_SOURCE) for _ in range(size - 1)]
    assert sorted(done) == [1, 2, 3]
else:
    time.sleep(2 if rank == 2 else 0)
    comm.send(rank, dest=0)
