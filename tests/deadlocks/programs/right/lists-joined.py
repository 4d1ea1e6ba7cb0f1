# -n 3
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

assert comm.allreduce([("rank", rank)]) == [("rank", 0), ("rank", 1), ("rank", 2)]
assert comm.allreduce(["a"] * rank, op=MPI.SUM) == ["a", "a", "a"]
