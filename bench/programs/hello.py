import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
total = np.zeros(1)
comm.Allreduce(np.ones(1), total)
print(f"rank {comm.rank} of {comm.size}: {total[0]:.0f}")
