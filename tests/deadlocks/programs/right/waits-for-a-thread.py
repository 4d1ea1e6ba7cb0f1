# -n 2
import threading
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    assert comm.recv(source=1) == "from a thread"
    comm.send("thanks", dest=1)
else:

    def later():
        time.sleep(1.8)
        comm.send("from a thread", dest=0)

    thread = threading.Thread(target=later)
    thread.start()
    assert comm.recv(source=0) == "thanks"
    thread.join()
