# -n 4
# kind: collective-missing
# stuck: 1-3 in line 12
# stuck: 0 in line 16
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank != 0:
    result = rank * 2
    comm.Barrier()
    comm.send(result, dest=0)
else:
    for other in range(1, size):
        print(comm.recv(source=other))
