# -n 2
# kind: tag
# stuck: 1 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.isend([1, 2], dest=1, tag=11).wait()
else:
    request = comm.irecv(source=0, tag=1)
    data = request.wait()
