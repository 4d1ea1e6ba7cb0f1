# -n 4
# kind: finished
# stuck: 1-3 in line 15
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

left = rank - 1 if rank > 0 else MPI.PROC_NULL
right = rank + 1 if rank < size - 1 else MPI.PROC_NULL
value, error = np.zeros(1), float(rank)
while True:
    comm.Sendrecv(value, left, 0, np.zeros(1), right, 0)
    comm.Sendrecv(value, right, 1, np.zeros(1), left, 1)
    error /= 2
    if error < 0.1:
        break
