# -n 3
# kind: collective-missing
# stuck: 0,1 in line 11
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank < 2:
    request = comm.Ibarrier()
    request.Wait()
