# -n 2
# kind: tag
# stuck: 0 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

WORK, DONE = 1, 2
if rank == 0:
    comm.send("work", dest=1, tag=WORK)
    print(comm.recv(source=1, tag=DONE))
else:
    task = comm.recv(source=0, tag=WORK)
    comm.send(task.upper(), dest=0, tag=WORK)
