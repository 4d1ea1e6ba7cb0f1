# -n 4
# kind: raised
# stuck: 0,1,3 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

masses = {0: 1.0, 1: 2.0, 3: 3.0}
mass = masses[rank]
total = comm.allreduce(mass)
