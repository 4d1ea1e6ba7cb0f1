# -n 2
import subprocess

from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 1:
    subprocess.run(["sleep", "1.8"], check=True)
    comm.send("ready", dest=0)
else:
    comm.recv(source=1)
