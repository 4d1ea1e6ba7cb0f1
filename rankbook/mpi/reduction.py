"""A non-blocking reduction that rounds as the blocking one does.

MPICH's Ireduce_scatter_block adds long vectors in another order than
Reduce_scatter_block, which goes the way of Reduce_scatter; so does Ireduce_scatter.
"""

from __future__ import annotations

from mpi4py import MPI

from .data import array_type
from .record import predefined

_Comm = MPI.Comm


def reduce_scatter_block(self, sendbuf, recvbuf, op=MPI.SUM):
    """`Ireduce_scatter_block`, by Ireduce_scatter where the blocks are plain arrays."""
    array = array_type()
    if type(recvbuf) is array and predefined(op) and not self.Is_inter():
        size = self.Get_size()
        if sendbuf is MPI.IN_PLACE:
            if recvbuf.size % size == 0:
                counts = [recvbuf.size // size] * size
                return _Comm.Ireduce_scatter(self, sendbuf, recvbuf, counts, op)
        elif (
            type(sendbuf) is array
            and sendbuf.dtype == recvbuf.dtype
            and sendbuf.size == recvbuf.size * size
        ):
            counts = [recvbuf.size] * size
            return _Comm.Ireduce_scatter(self, sendbuf, recvbuf, counts, op)
    return _Comm.Ireduce_scatter_block(self, sendbuf, recvbuf, op)
