# -n 2
# kind: collective-other
# stuck: 0 in line 11
# stuck: 1 in line 13
import os

from mpi4py import MPI

file = MPI.File.Open(MPI.COMM_WORLD, os.devnull, MPI.MODE_WRONLY)
if MPI.COMM_WORLD.rank == 0:
    file.Write_at_all(0, b"abc")
else:
    file.Close()
