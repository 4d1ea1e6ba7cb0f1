# -n 4
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

half = comm.Split(rank // 2, rank)
between = half.Create_intercomm(0, comm, 2 if rank < 2 else 0)
for group, leader in ((0, 0), (1, 1)):
    root = leader
    if rank // 2 == group:
        root = MPI.ROOT if half.rank == leader else MPI.PROC_NULL
    data = np.full(2, rank, dtype=float)
    between.Bcast(data, root)
    given = data if root >= 0 else None
    between.Reduce(given, np.zeros(2) if root == MPI.ROOT else None, MPI.SUM, root)
    between.Gather(given, np.zeros(4) if root == MPI.ROOT else None, root=root)
    word = between.bcast("word" if root == MPI.ROOT else None, root=root)
    assert root < 0 or word == "word"
    found = between.gather(rank, root=root)
    assert root != MPI.ROOT or found == ([2, 3] if group == 0 else [0, 1])
