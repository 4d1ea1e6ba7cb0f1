# -n 3
# kind: probe
# stuck: 2 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 2:
    message = comm.mprobe(source=0)
