# -n 2
from threading import Thread

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size


def serve():
    for _ in range(3):
        source = comm.recv(tag=1)
        comm.send("done", dest=source, tag=2)


server = Thread(target=serve)
if rank == 0:
    server.start()
for _ in range(3 if rank == 1 else 0):
    comm.send(rank, dest=0, tag=1)
    comm.recv(source=0, tag=2)
# Not send: it could wait for ever for a receive that comes after it.
request = comm.isend(rank, dest=rank, tag=3)
assert comm.recv(source=rank, tag=3) == rank
request.wait()
if rank == 0:
    server.join()
