# -n 3
# kind: exited
# stuck: 0,2 in line 13
import sys

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 1:
    sys.exit(1)
comm.Barrier()
