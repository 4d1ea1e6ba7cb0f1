# -n 3
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
mine, total, data = np.full(1, float(rank)), np.zeros(1), np.zeros(2)
reduction = comm.Allreduce_init(mine, total)
spread = comm.Bcast_init(data, root=2)
unused = comm.Barrier_init()
never = comm.Send_init(data, dest=(rank + 1) % size, tag=9)
for step in range(5):
    if rank == 2:
        data[:] = step
    if step == 3 and rank == 1:
        time.sleep(2)
    MPI.Prequest.Startall([reduction, spread])
    MPI.Request.Waitall([reduction, spread])
    assert total[0] == 3
    assert data[1] == step
comm.Barrier()
