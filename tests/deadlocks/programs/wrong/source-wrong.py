# -n 3
# kind: source
# stuck: 2 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.send("data", dest=2)
elif rank == 2:
    comm.recv(source=1)
