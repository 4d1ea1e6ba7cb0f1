"""Reductions of pickled Python objects, each step of which waits cooperatively.

The tree of messages is mpi4py's (`msgpickle.pxi`), so that the operator meets the
operands in the same order and floats round alike. mpi4py sends them on a duplicate of
the communicator, which the first reduction makes; all members have to come for that,
and those who have gone to another collective never do. Here they go over `channel`.
"""

from __future__ import annotations

import mpi4py
from mpi4py import MPI

from . import objects
from .channel import CHANNEL
from .objects import dumps, loads
from .state import PLAIN_COMM, State


class _Tree:
    """The messages of one reduction. Ranks that are sent to are those of the world."""

    def __init__(self, state: State, call):
        self.members, self.rank, self.size = state.members, state.rank, state.size
        self.tag = CHANNEL.next_tag(state)
        self.call = call
        self.state = state

    def send(self, value, dest: int) -> None:
        self.state.begun = True
        CHANNEL.finish(CHANNEL.start(dumps(value), dest, self.tag), self.call)

    def recv(self, source: int):
        self.state.begun = True
        return loads(CHANNEL.receive(source, self.tag, self.call))

    def sendrecv(self, value, peer: int):
        request = CHANNEL.start(dumps(value), peer, self.tag)
        received = self.recv(peer)
        CHANNEL.finish(request, self.call)
        return received

    def reduce(self, value, op, root: int):
        members, rank, size = self.members, self.rank, self.size
        result = loads(dumps(value))
        mask = 1
        while mask < size:
            if mask & rank:
                self.send(result, members[rank & ~mask])
                break
            if rank | mask < size:
                result = op(result, self.recv(members[rank | mask]))
            mask <<= 1
        if root != 0:
            if rank == 0:
                self.send(result, members[root])
            elif rank == root:
                result = self.recv(members[0])
        return result if rank == root else None

    def bcast(self, value):
        """From the first member to all, each of which gets a copy."""
        members, rank, size = self.members, self.rank, self.size
        mask = 1
        while mask < size and not mask & rank:
            mask <<= 1
        if rank == 0:
            packed = dumps(value)
        else:
            packed = CHANNEL.receive(members[rank & ~mask], self.tag, self.call)
        requests = []
        mask >>= 1
        while mask:
            if rank | mask < size:
                requests.append(CHANNEL.start(packed, members[rank | mask], self.tag))
            mask >>= 1
        result = loads(packed)
        for request in requests:
            CHANNEL.finish(request, self.call)
        return result

    def scan(self, value, op, exclusive: bool):
        result = loads(dumps(value))
        partial = result
        seen = False
        mask = 1
        while mask < self.size:
            target = self.rank ^ mask
            if target < self.size:
                received = self.sendrecv(partial, self.members[target])
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


def reduce(self, state, call, sendobj, op, root):
    if not mpi4py.rc.fast_reduce:
        if state.inter:
            raise objects.Refused
        return _fold(objects.gather(self, state, call, sendobj, root), op)
    if not state.inter:
        if not 0 <= root < state.size:
            raise _wrong_root(self)
        return _Tree(state, call).reduce(sendobj, op, root)
    tree = _Tree(state, call)
    if root == MPI.PROC_NULL:
        return None
    if root == MPI.ROOT:
        return tree.recv(state.remote[0])
    if not 0 <= root < len(state.remote):
        raise _wrong_root(self)
    result = tree.reduce(sendobj, op, 0)
    if state.rank == 0:
        tree.send(result, state.remote[root])
    return None


def allreduce(self, state, call, sendobj, op):
    if not mpi4py.rc.fast_reduce:
        return _fold(objects.allgather(self, state, call, sendobj), op)
    tree = _Tree(state, call)
    result = tree.reduce(sendobj, op, 0)
    if state.inter and state.rank == 0:
        result = tree.sendrecv(result, state.remote[0])
    return tree.bcast(result)


def scan(self, state, call, sendobj, op):
    if not mpi4py.rc.fast_reduce:
        items = objects.gather(self, state, call, sendobj, 0)
        return objects.scatter(self, state, call, _prefixes(items, op), 0)
    return _Tree(state, call).scan(sendobj, op, False)


def exscan(self, state, call, sendobj, op):
    if not mpi4py.rc.fast_reduce:
        items = _prefixes(objects.gather(self, state, call, sendobj, 0), op)
        if items is not None:
            items = [None, *items[:-1]]
        return objects.scatter(self, state, call, items, 0)
    return _Tree(state, call).scan(sendobj, op, True)


def _wrong_root(comm) -> MPI.Exception:
    """mpi4py looks at the root only after it has waited for all members."""
    PLAIN_COMM.Call_errhandler(comm, MPI.ERR_ROOT)
    return MPI.Exception(MPI.ERR_ROOT)


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
