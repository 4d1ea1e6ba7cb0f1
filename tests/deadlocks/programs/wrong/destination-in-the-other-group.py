# -n 4
# kind: destination
# stuck: 2 in line 14
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

half = comm.Split(rank // 2, rank)
between = half.Create_intercomm(0, comm, 2 if rank < 2 else 0)
if rank == 0:
    between.send("hello", dest=1)
elif rank == 2:
    print(between.recv(source=0))
