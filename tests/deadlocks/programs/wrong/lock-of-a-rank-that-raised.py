# -n 2
# kind: raised
# stuck: 1 in line 14
from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(8, comm=comm)

if comm.rank == 0:
    window.Lock(0)
comm.Barrier()
if comm.rank == 0:
    raise ValueError("with the lock")
window.Lock(0)
window.Unlock(0)
