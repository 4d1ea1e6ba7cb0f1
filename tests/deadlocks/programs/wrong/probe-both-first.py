# -n 2
# kind: probe
# stuck: 0,1 in line 9
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

comm.probe(source=1 - rank)
comm.send("after", dest=1 - rank)
