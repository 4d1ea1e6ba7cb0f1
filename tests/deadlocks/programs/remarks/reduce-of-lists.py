# -n 3
# says: reduce of lists joins them into one long list
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

sums = comm.reduce([rank, 1])
