# -n 4
# kind: finished
# stuck: 1-3 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    for worker in range(1, size):
        comm.send("job", dest=worker)
else:
    while (job := comm.recv(source=0)) != "stop":
        pass
