# -n 3
# kind: collective-missing
# stuck: 0 in line 11
# stuck: 1,2 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    comm.recv(source=1)
comm.barrier()
if rank == 1:
    comm.send("late", dest=0)
