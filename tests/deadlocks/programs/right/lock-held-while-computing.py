# -n 3
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
window = MPI.Win.Allocate(8, comm=comm)
if comm.rank == 1:
    window.Lock(0)
comm.Barrier()
if comm.rank == 1:
    end = time.time() + 1.5
    while time.time() < end:
        pass
    time.sleep(1)
    window.Unlock(0)
window.Lock(0, MPI.LOCK_SHARED if comm.rank else MPI.LOCK_EXCLUSIVE)
window.Unlock(0)
window.Free()
