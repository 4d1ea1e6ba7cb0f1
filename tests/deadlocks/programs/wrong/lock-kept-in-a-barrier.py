# -n 3
# kind: lock
# stuck: 0 in line 18
# stuck: 2 in line 18
# stuck: 1 in line 15
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate_shared(8, comm=comm)

if comm.rank == 1:
    time.sleep(0.3)
    window.Lock_all()
if comm.rank == 2:
    window.Lock(0)
comm.Barrier()
