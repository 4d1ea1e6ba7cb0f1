# -n 2
# kind: collective-missing
# stuck: 0 in line 10
import os

from mpi4py import MPI

file = MPI.File.Open(MPI.COMM_WORLD, os.devnull, MPI.MODE_WRONLY)
if MPI.COMM_WORLD.rank == 0:
    file.Write_at_all(0, b"abc")
