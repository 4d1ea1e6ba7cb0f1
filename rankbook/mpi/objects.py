"""Collectives of pickled Python objects, each step of which waits cooperatively.

The steps are those of mpi4py (`msgpickle.pxi`): sizes first, then the bytes. Reductions
stand in `tree`.
"""

from __future__ import annotations

from array import array

from mpi4py import MPI

from . import meeting
from .state import PLAIN_COMM
from .wait import wait

BYTE, COUNT = MPI.BYTE, MPI.COUNT
_Topo = MPI.Topocomm


class Refused(Exception):
    """MPI found fault with the arguments; mpi4py's own method is to say so."""


def run(call, start, *arguments):
    """Start an operation and wait for it."""
    try:
        request = start(*arguments)
    except MPI.Exception as error:
        raise Refused from error
    call[1].begun = True
    if not request.Test():
        wait(request.Test, None, call, (request,))


def dumps(value) -> bytes:
    return MPI.pickle.dumps(value)


def loads(data):
    return MPI.pickle.loads(data) if len(data) else None


def _counts(size: int) -> array:
    return array("q", bytes(8 * size))


def _number(counts: array) -> list:
    return [counts, COUNT]


def _layout(buffer, counts: array) -> list:
    places, total = [], 0
    for count in counts:
        places.append(total)
        total += count
    return [buffer, list(counts), places, BYTE]


def _split(buffer, counts: array) -> list:
    items, start = [], 0
    view = memoryview(buffer)
    for count in counts:
        items.append(loads(view[start : start + count]))
        start += count
    return items


def _pieces(values, size: int) -> tuple[bytes, array]:
    values = [None] * size if values is None else list(values)
    if len(values) != size:
        raise ValueError(f"expecting {size} items, got {len(values)}")
    packed = [dumps(value) for value in values]
    return b"".join(packed), array("q", [len(piece) for piece in packed])


def _peers(comm, state) -> int:
    return len(state.remote) if state.inter else state.size


def barrier(self, state, call):
    run(call, meeting.barrier, self)


def bcast(self, state, call, obj, root):
    packed = dumps(obj) if root == state.rank else b""
    size = array("q", [len(packed)])
    run(call, PLAIN_COMM.Ibcast, self, _number(size), root)
    buffer = packed if root == state.rank else bytearray(size[0])
    run(call, PLAIN_COMM.Ibcast, self, [buffer, BYTE], root)
    return loads(buffer)


def gather(self, state, call, sendobj, root):
    packed = dumps(sendobj)
    counts = _counts(state.size) if root == state.rank else None
    size = _number(array("q", [len(packed)]))
    sizes = None if counts is None else _number(counts)
    run(call, PLAIN_COMM.Igather, self, size, sizes, root)
    buffer = None if counts is None else bytearray(sum(counts))
    pieces = None if counts is None else _layout(buffer, counts)
    run(call, PLAIN_COMM.Igatherv, self, [packed, BYTE], pieces, root)
    return None if counts is None else _split(buffer, counts)


def scatter(self, state, call, sendobj, root):
    sends = root == state.rank
    packed, counts = _pieces(sendobj, state.size) if sends else (b"", None)
    size = _counts(1)
    sizes = _number(counts) if sends else None
    run(call, PLAIN_COMM.Iscatter, self, sizes, _number(size), root)
    buffer = bytearray(size[0])
    pieces = _layout(packed, counts) if sends else None
    run(call, PLAIN_COMM.Iscatterv, self, pieces, [buffer, BYTE], root)
    return loads(buffer)


def _exchange_all(self, call, sendobj, size: int, sizes_start, bytes_start):
    packed = dumps(sendobj)
    counts = _counts(size)
    run(call, sizes_start, self, _number(array("q", [len(packed)])), _number(counts))
    buffer = bytearray(sum(counts))
    run(call, bytes_start, self, [packed, BYTE], _layout(buffer, counts))
    return _split(buffer, counts)


def allgather(self, state, call, sendobj):
    return _exchange_all(
        self, call, sendobj, _peers(self, state), PLAIN_COMM.Iallgather, PLAIN_COMM.Iallgatherv
    )


def neighbor_allgather(self, state, call, sendobj):
    return _exchange_all(
        self,
        call,
        sendobj,
        self.indegree,
        _Topo.Ineighbor_allgather,
        _Topo.Ineighbor_allgatherv,
    )


def _exchange_each(self, call, sendobj, sends: int, receives: int, sizes_start, bytes_start):
    packed, sent = _pieces(sendobj, sends)
    counts = _counts(receives)
    run(call, sizes_start, self, _number(sent), _number(counts))
    buffer = bytearray(sum(counts))
    run(call, bytes_start, self, _layout(packed, sent), _layout(buffer, counts))
    return _split(buffer, counts)


def alltoall(self, state, call, sendobj):
    size = _peers(self, state)
    return _exchange_each(
        self, call, sendobj, size, size, PLAIN_COMM.Ialltoall, PLAIN_COMM.Ialltoallv
    )


def neighbor_alltoall(self, state, call, sendobj):
    return _exchange_each(
        self,
        call,
        sendobj,
        self.outdegree,
        self.indegree,
        _Topo.Ineighbor_alltoall,
        _Topo.Ineighbor_alltoallv,
    )
