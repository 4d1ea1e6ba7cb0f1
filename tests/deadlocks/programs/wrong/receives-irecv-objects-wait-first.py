# -n 3
# kind: receives
# stuck: 0-2 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

request = comm.irecv(source=(rank - 1) % size)
message = request.wait()
comm.send(rank, dest=(rank + 1) % size)
