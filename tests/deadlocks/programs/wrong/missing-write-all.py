# -n 2
# kind: collective-missing
# stuck: 0 in line 15
import os
import tempfile

from mpi4py import MPI

rank = MPI.COMM_WORLD.rank
path = os.path.join(tempfile.gettempdir(), "rankbook-deadlock")
file = MPI.File.Open(
    MPI.COMM_WORLD, path, MPI.MODE_CREATE | MPI.MODE_RDWR | MPI.MODE_DELETE_ON_CLOSE
)
if rank == 0:
    file.Write_at_all(0, b"abc")
