# -n 4
import time

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    jobs = list(range(9))
    results, busy = [], 0
    status = MPI.Status()
    for worker in range(1, size):
        comm.send(jobs.pop(), dest=worker)
        busy += 1
    while busy:
        results.append(comm.recv(source=MPI.ANY_SOURCE, status=status))
        comm.send(jobs.pop() if jobs else None, dest=status.source)
        busy -= results[-1] is None
        if not jobs:
            break
    while busy:
        answer = comm.recv(source=MPI.ANY_SOURCE, status=status)
        if answer is None:
            busy -= 1
        else:
            comm.send(None, dest=status.source)
else:
    while (job := comm.recv(source=0)) is not None:
        time.sleep(0.1 * (job % 4))
        comm.send(job**2, dest=0)
    comm.send(None, dest=0)
