# -n 2
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

request = comm.Isend(np.arange(3.0), dest=rank)
got = np.empty(3)
comm.Recv(got, source=rank)
request.Wait()
assert got[2] == 2
