# -n 3
# kind: collective-missing
# stuck: 0,2 in line 12
import os
import tempfile

from mpi4py import MPI

rank = MPI.COMM_WORLD.rank
path = os.path.join(tempfile.gettempdir(), "rankbook-never-opened")
if rank != 1:
    file = MPI.File.Open(MPI.COMM_WORLD, path, MPI.MODE_CREATE | MPI.MODE_WRONLY)
    file.Close()
