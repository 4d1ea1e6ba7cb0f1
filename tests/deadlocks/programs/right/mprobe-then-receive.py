# -n 2
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    time.sleep(1.5)
    comm.send({"a": 1}, dest=1)
else:
    message = comm.mprobe(source=0)
    assert message.recv() == {"a": 1}
