"""Messages that the layer itself sends from rank to rank.

They go over one duplicate of COMM_WORLD that is there from the beginning, and so never
meet what users send, whatever communicators, windows or files they have. A tag tells
apart what the messages are for.
"""

from __future__ import annotations

import functools

from mpi4py import MPI

from .bells import ARRIVAL, MESSAGE
from .state import PLAIN_COMM, State
from .wait import GATE, wait

BYTE = MPI.BYTE
#: Spreads the numbers of what happens on one communicator over the tags.
_SPREAD = 0x9E3779B1


class Channel:
    def __init__(self):
        self.comm: MPI.Comm | None = None
        self._tags = 0

    def open(self, comm: MPI.Comm) -> None:
        """`comm`: a duplicate of COMM_WORLD on which no other messages are sent."""
        self.comm = comm
        self._tags = comm.Get_attr(MPI.TAG_UB) + 1

    def next_tag(self, state: State) -> int:
        """A tag for what all members do next on a communicator, the same on all of them."""
        state.sequence += 1
        return self.tag(state.key, state.sequence)

    def tag(self, key: int, number: int) -> int:
        """A tag for a number of 32 bits and a small one.

        Two can be the same by chance, with MPICH one in 2**29. Only to threads that do both
        things at once would that matter: where a rank does one after the other, messages
        come in the order in which they are asked for.
        """
        return (key + number * _SPREAD) % self._tags

    # Ranks are those of the world from here on.

    def start(self, packed: bytes, dest: int, tag: int):
        """Start to send; gives the request."""
        request = PLAIN_COMM.Isend(self.comm, [packed, BYTE], dest, tag)
        if GATE.sleeper:
            GATE.sleeper.wake(dest, ARRIVAL | MESSAGE)
        return request

    def finish(self, request, call) -> None:
        if not request.Test():
            wait(request.Test, None, call, (request,))

    def receive(self, source: int, tag: int, call) -> bytearray:
        """The bytes that `source` has sent."""
        status = MPI.Status()
        probe = functools.partial(PLAIN_COMM.Improbe, self.comm, source, tag)
        message = probe(status) or wait(probe, status, call)
        packed = bytearray(status.Get_count(BYTE))
        self.finish(message.Irecv([packed, BYTE]), call)
        return packed

    def meet(self, members: list[int], tag: int, call, role: str = "", fits=None) -> list[str]:
        """Wait until all of them have come here, with the same call. Where they have come
        with different ones, or `fits` is false of the roles of all, this wait has no end:
        MPI's would not have one either. `role`: without spaces. Gives those of all, each once."""
        rank, size = members.index(self.comm.Get_rank()), len(members)
        names = {f"{call[0].name}:{role}".encode()}
        step = 1
        while step < size:
            request = self.start(b" ".join(names), members[(rank + step) % size], tag)
            names.update(bytes(self.receive(members[rank - step], tag, call)).split())
            self.finish(request, call)
            step *= 2
        came = [name.decode().partition(":") for name in names]
        alike = len({name for name, _, _ in came}) == 1
        roles = [role for _, _, role in came]
        if not alike or (fits and not fits(roles)):
            wait(lambda _: False, None, call)
        return roles


CHANNEL = Channel()
