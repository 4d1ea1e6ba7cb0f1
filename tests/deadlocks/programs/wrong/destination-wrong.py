# -n 3
# kind: destination
# stuck: 1 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.send("for one", dest=2)
elif rank == 1:
    comm.recv(source=0)
