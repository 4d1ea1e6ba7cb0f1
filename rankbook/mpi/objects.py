"""Collectives of pickled Python objects, each step of which waits cooperatively.

The steps are those of mpi4py (`msgpickle.pxi`): sizes first, then the bytes; a
reduction is the same tree of messages on a hidden duplicate of the communicator, so
that the operator meets the operands in the same order and floats round alike.
"""

from __future__ import annotations

from array import array

import mpi4py
from mpi4py import MPI

from . import meeting
from .bells import ARRIVAL
from .state import PLAIN_COMM
from .wait import GATE, wait

BYTE, COUNT = MPI.BYTE, MPI.COUNT
_Inter, _Topo = MPI.Intercomm, MPI.Topocomm


class Refused(Exception):
    """MPI found fault with the arguments; mpi4py's own method is to say so."""


def run(call, start, *arguments):
    """Start an operation and wait for it."""
    try:
        request = start(*arguments)
    except MPI.Exception as error:
        raise Refused from error
    if not request.Test():
        wait(request.Test, None, call, (request,))


def _dumps(value) -> bytes:
    return MPI.pickle.dumps(value)


def _loads(data):
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
        items.append(_loads(view[start : start + count]))
        start += count
    return items


def _pieces(values, size: int) -> tuple[bytes, array]:
    values = [None] * size if values is None else list(values)
    if len(values) != size:
        raise ValueError(f"expecting {size} items, got {len(values)}")
    packed = [_dumps(value) for value in values]
    return b"".join(packed), array("q", [len(piece) for piece in packed])


def _peers(comm, state) -> int:
    return len(state.remote) if state.inter else state.size


def barrier(self, state, call):
    run(call, meeting.barrier, self)


def bcast(self, state, call, obj, root):
    packed = _dumps(obj) if root == state.rank else b""
    size = array("q", [len(packed)])
    run(call, PLAIN_COMM.Ibcast, self, _number(size), root)
    buffer = packed if root == state.rank else bytearray(size[0])
    run(call, PLAIN_COMM.Ibcast, self, [buffer, BYTE], root)
    return _loads(buffer)


def gather(self, state, call, sendobj, root):
    packed = _dumps(sendobj)
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
    return _loads(buffer)


def _exchange_all(self, call, sendobj, size: int, sizes_start, bytes_start):
    packed = _dumps(sendobj)
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


# -- reductions ----------------------------------------------------------------------


class _Tree:
    """Messages of one reduction, on the hidden duplicate of its communicator."""

    def __init__(self, comm, state, call):
        if state.hidden is None:
            hidden, request = PLAIN_COMM.Idup(comm)
            if not request.Test():
                wait(request.Test, None, call, (request,))
            state.hidden = MPI.Intracomm(hidden) if not state.inter else MPI.Intercomm(hidden)
        state.hidden_tag = (state.hidden_tag + 1) % 32768
        self.comm, self.tag = state.hidden, state.hidden_tag
        self.rank, self.size = state.rank, state.size
        self.members = state.members
        self.call = call

    def send(self, value, dest):
        packed = _dumps(value)
        request = PLAIN_COMM.Isend(self.comm, [packed, BYTE], dest, self.tag)
        self._finish(request, dest)

    def _finish(self, request, dest):
        if GATE.sleeper:
            GATE.sleeper.wake(self.members[dest], ARRIVAL)
        if not request.Test():
            wait(request.Test, None, self.call, (request,))

    def recv(self, source):
        comm, tag = self.comm, self.tag
        message = PLAIN_COMM.improbe(comm, source, tag)
        if message is None:
            message = wait(lambda _: PLAIN_COMM.improbe(comm, source, tag), None, self.call)
        request = message.irecv()
        done = request.test()
        while not done[0]:
            done = wait(_tested(request), None, self.call, (request,))
        return done[1]

    def sendrecv(self, value, peer):
        packed = _dumps(value)
        request = PLAIN_COMM.Isend(self.comm, [packed, BYTE], peer, self.tag)
        if GATE.sleeper:
            GATE.sleeper.wake(self.members[peer], ARRIVAL)
        received = self.recv(peer)
        if not request.Test():
            wait(request.Test, None, self.call, (request,))
        return received

    def reduce(self, value, op, root):
        result = _loads(_dumps(value))
        mask = 1
        while mask < self.size:
            if mask & self.rank:
                self.send(result, (self.rank & ~mask) % self.size)
            elif self.rank | mask < self.size:
                result = op(result, self.recv(self.rank | mask))
            mask <<= 1
        if root != 0:
            if self.rank == 0:
                self.send(result, root)
            elif self.rank == root:
                result = self.recv(0)
        return result if self.rank == root else None

    def scan(self, value, op, exclusive):
        result = _loads(_dumps(value))
        partial = result
        seen = False
        mask = 1
        while mask < self.size:
            target = self.rank ^ mask
            if target < self.size:
                received = self.sendrecv(partial, target)
                if self.rank > target:
                    partial = op(received, partial)
                    if exclusive and not seen:
                        result, seen = received, True
                    else:
                        result = op(received, result)
                else:
                    partial = op(partial, received)
            mask <<= 1
        return None if exclusive and self.rank == 0 else result


def _tested(request):
    def test(_):
        done = request.test()
        return done if done[0] else None

    return test


def reduce(self, state, call, sendobj, op, root):
    if not mpi4py.rc.fast_reduce:
        return _fold(gather(self, state, call, sendobj, root), op)
    if state.inter or not 0 <= root < state.size:
        raise Refused
    return _Tree(self, state, call).reduce(sendobj, op, root)


def allreduce(self, state, call, sendobj, op):
    if not mpi4py.rc.fast_reduce:
        return _fold(allgather(self, state, call, sendobj), op)
    if state.inter:
        raise Refused
    result = _Tree(self, state, call).reduce(sendobj, op, 0)
    return bcast(self, state, call, result, 0)


def scan(self, state, call, sendobj, op):
    if not mpi4py.rc.fast_reduce:
        items = gather(self, state, call, sendobj, 0)
        return scatter(self, state, call, _prefixes(items, op), 0)
    return _Tree(self, state, call).scan(sendobj, op, False)


def exscan(self, state, call, sendobj, op):
    if not mpi4py.rc.fast_reduce:
        items = _prefixes(gather(self, state, call, sendobj, 0), op)
        if items is not None:
            items = [None, *items[:-1]]
        return scatter(self, state, call, items, 0)
    return _Tree(self, state, call).scan(sendobj, op, True)


def _fold(items, op):
    if items is None:
        return None
    result = items[0]
    for item in items[1:]:
        result = op(result, item)
    return result


def _prefixes(items, op):
    for index in range(1, len(items or ())):
        items[index] = op(items[index - 1], items[index])
    return items
