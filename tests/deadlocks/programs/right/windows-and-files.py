# -n 3
import os
import tempfile
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

memory = np.zeros(size)
window = MPI.Win.Create(memory, 8, comm=comm)
window.Fence()
window.Put(np.full(1, float(rank)), (rank + 1) % size, rank)
time.sleep(0.7 * rank)
window.Fence()
assert memory[rank - 1] == (rank - 1) % size
if rank == 0:
    window.Post(comm.group.Excl([0]))
    window.Wait()
else:
    window.Start(comm.group.Incl([0]))
    time.sleep(0.7)
    window.Complete()
window.Free()

path = os.path.join(tempfile.gettempdir(), "rankbook-right")
mode = MPI.MODE_CREATE | MPI.MODE_RDWR | MPI.MODE_DELETE_ON_CLOSE
file = MPI.File.Open(comm, path, mode)
time.sleep(0.7 * rank)
file.Write_at_all(8 * rank, np.full(1, float(rank)))
file.Sync()
found = np.zeros(size)
file.Read_at_all(0, found)
assert (found == np.arange(size)).all()
file.Close()
