# -n 4
# kind: unstarted
# stuck: 0-3 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
requests = [
    comm.Recv_init(np.zeros(2), source=(rank - 1) % size),
    comm.Send_init(np.ones(2), dest=(rank + 1) % size),
]
requests[0].Start(), MPI.Request.Waitall(requests)
