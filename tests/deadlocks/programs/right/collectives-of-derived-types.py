# -n 3
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size

# A column a rank, as a type on the root and as plain numbers elsewhere.
table = np.arange(4.0 * size).reshape(4, size)
column = MPI.DOUBLE.Create_vector(4, 1, size).Create_resized(0, 8).Commit()
part = np.empty(4)
comm.Scatter([table, 1, column] if rank == 0 else None, part)
assert list(part) == list(table[:, rank])
back = np.zeros_like(table)
comm.Gather(part, [back, 1, column] if rank == 0 else None)
assert rank > 0 or (back == table).all()

# The bytes of numbers, and numbers under another name.
number = np.array([rank + 0.5])
raw = bytearray(8 * size)
comm.Gather(number, [raw, MPI.BYTE] if rank == 0 else None)
assert rank > 0 or list(np.frombuffer(raw)) == [0.5, 1.5, 2.5]
whole = np.array([rank])
comm.Bcast([whole, MPI.INT64_T] if rank == 0 else [whole, MPI.LONG])

# Parts of different size, an empty one of another type, and the root's own in place.
counts = [0, 1, 3]
mine = np.ones(counts[rank], dtype=np.int32 if rank == 0 else float)
comm.Gatherv(mine, [np.empty(4), counts] if rank == 2 else None, root=2)
comm.Scatterv([np.ones(4), (counts, [0, 0, 1])] if rank == 2 else None, np.empty(counts[rank]), 2)
comm.Gather(MPI.IN_PLACE if rank == 0 else number, np.ones(3) if rank == 0 else None)
comm.Scatter(np.ones(3), MPI.IN_PLACE if rank == 0 else number)
comm.Scatter([np.ones(6), 2, MPI.DOUBLE], [np.ones(9), 2, MPI.DOUBLE])
comm.Alltoall([np.ones(6), 2, MPI.DOUBLE] if rank == 0 else np.ones(6), np.ones(6))
