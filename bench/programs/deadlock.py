# Every rank waits for its left neighbour: nobody sends. Each says when it makes the call.
import time

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
message = np.zeros(1)
print(f"CALL {time.time():.6f}", flush=True)
comm.Recv(message, source=(comm.rank - 1) % comm.size)
