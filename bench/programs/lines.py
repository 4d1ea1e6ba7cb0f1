import numpy as np
from mpi4py import MPI

rank = MPI.COMM_WORLD.rank
for i in range(20000):
    print(f"rank {rank} line {i:05d}: the quick brown fox jumps over the lazy dog")
