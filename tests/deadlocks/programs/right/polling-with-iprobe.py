# -n 2
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    polls = 0
    while not comm.iprobe(source=1):
        polls += 1
        time.sleep(0.01)
    assert comm.recv(source=1) == "here"
    assert polls > 10
else:
    time.sleep(1.5)
    comm.send("here", dest=0)
