# -n 4
# kind: collective-other
# stuck: 0-3 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank

made = comm.Split(0, rank) if rank < 2 else comm.Dup()
made.Barrier()
