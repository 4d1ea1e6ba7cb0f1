# -n 2
# kind: receives
# stuck: 0,1 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

for step in range(5):
    if step < 3:
        comm.sendrecv(step, dest=1 - rank, source=1 - rank)
    else:
        comm.recv(source=1 - rank)
