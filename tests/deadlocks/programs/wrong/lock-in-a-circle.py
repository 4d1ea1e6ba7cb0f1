# -n 4
# kind: lock
# stuck: 0-3 in line 12
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
forks = MPI.Win.Allocate(8, comm=comm)

forks.Lock(rank)
comm.Barrier()
forks.Lock((rank + 1) % size)
forks.Unlock((rank + 1) % size)
forks.Unlock(rank)
