# -n 2
# kind: probe
# stuck: 1 in line 10
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 1:
    comm.Probe(source=0)
