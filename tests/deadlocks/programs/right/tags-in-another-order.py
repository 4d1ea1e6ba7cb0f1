# -n 2
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    first = comm.isend("first", dest=1, tag=1)
    comm.send("second", dest=1, tag=2)
    first.wait()
else:
    assert comm.recv(source=0, tag=2) == "second"
    assert comm.recv(source=0, tag=1) == "first"
