# -n 3
# kind: collective-missing
# stuck: 0,2 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

for step in range(3):
    everything = np.empty(4 * size - (rank == 1 and step == 0))
    try:
        comm.Allgather(np.ones(4), everything)
    except ValueError:
        print("skipped")
