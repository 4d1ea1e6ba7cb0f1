# -n 2
# kind: lock
# stuck: 0 in line 13
# stuck: 1 in line 17
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(8, comm=comm)
if comm.rank == 0:
    window.Lock(1, MPI.LOCK_SHARED)
    comm.recv(source=1)
    window.Unlock(1)
else:
    time.sleep(0.3)
    window.Lock(1)
    comm.send(None, dest=0)
    window.Unlock(1)
