# -n 3
# kind: self
# stuck: 0 in line 13
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

if rank == 0:
    numbers = list(range(size))
    for other in range(1, size):
        comm.send(numbers[other], dest=other)
number = comm.recv(source=0)
print(number)
