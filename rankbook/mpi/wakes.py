"""Who is to be woken when, and how a rank sleeps that others wake: see `bells`.

Used where ranks share cores. The methods call `sent` and `arrived` after they have started
something; both are None elsewhere.
"""

from __future__ import annotations

import time

from mpi4py import MPI

from . import bells, meeting
from .bells import ANYTHING, ARRIVAL, MESSAGE, RECEIVER, Bells
from .communicator import ORIGINALS
from .methods import ENVIRONMENT, PLAIN
from .state import STATES, State
from .wait import GATE, Waiting, give_way, look

#: Yields before the first sleep: where little has to happen until the rank can go on, and
#: where the two sides of a long message take turns.
FEW, MANY = 1, 100
#: Bytes from which a message needs both sides at work.
LONG = 8192
#: Yields while all members of a collective are at work on it.
TOGETHER = 1000
#: Sleeps, in seconds, as the naps of `wait`.
SLEEP, LONGEST_SLEEP, SLEEP_SHARE = 500e-6, 5e-3, 1e-3
#: Of those that are nearly always woken in time.
SHORTEST = {"recv": 2e-3, "collective": 2e-3}
#: At how many of its sleeps a rank wakes those that sleep and that it waits for.
NUDGES = 8

REASONS = {
    "send": RECEIVER,
    "recv": MESSAGE,
    "probe": MESSAGE,
    "sendrecv": MESSAGE | RECEIVER,
    "collective": ARRIVAL,
}
#: Collectives in which the data come from one rank, over others.
FROM_ROOT = {"Bcast", "bcast", "Scatter", "Scatterv", "scatter"}

ENVIRONMENT.update(sent=None, arrived=None)


def invite() -> bytes:
    """Let all ranks of a machine join. Collective; `leave` with the invitation when all
    ranks have come back from here."""
    world = ORIGINALS["COMM_WORLD"]
    size, rank = world.Get_size(), world.Get_rank()
    invitation = bytearray(bells.INVITATION.size)
    memory = None
    if rank == 0 and bells.supported():
        memory, packed = bells.create(size, meeting.length(size))
        invitation[:] = packed
    request = PLAIN["Comm"].Ibcast(world, [invitation, MPI.BYTE], 0)
    while not request.Test():
        give_way()
    if any(invitation):
        if rank != 0:
            memory = bells.join(invitation, size, meeting.length(size))
        if memory is not None:
            Sleeper(Bells(memory, size, rank)).use()
    return bytes(invitation) if rank == 0 else b""


def leave(invitation: bytes) -> None:
    if any(invitation):
        bells.leave(invitation)
    if GATE.sleeper and GATE.sleeper.bells.complete and meeting.ORDERED:
        world = STATES.of(MPI.COMM_WORLD)
        world.meetings = meeting.Meetings(GATE.sleeper.bells.rest, world)


class Sleeper:
    """Sleeps and wakes others on the bells of this machine."""

    def __init__(self, all_bells: Bells):
        self.bells = all_bells

    def use(self) -> None:
        GATE.sleeper = self
        ENVIRONMENT.update(sent=self.sent, arrived=self.arrived)

    # -- waking --------------------------------------------------------------------

    def sent(self, comm: MPI.Comm, dest: int) -> None:
        """A message is on its way."""
        if dest >= 0:
            try:
                state = comm._c
            except AttributeError:
                state = STATES.of(comm)
            self.wake((state.remote or state.members)[dest], MESSAGE)

    def wake(self, rank: int, reason: int) -> None:
        """Wake a rank if it sleeps for this."""
        if rank >= 0 and self.bells.asleep[rank] & reason:
            self.bells.ring(rank)

    def arrived(self, state: State, index: int) -> None:
        """This rank has begun its next collective on a communicator."""
        if state.inter:
            return
        place = state.key << 32 | (index + 1)
        self.bells.arrived[self.bells.rank] = place
        if self.all_at(state, place):
            self.wake_members(state)

    def wake_members(self, state: State) -> None:
        """Wake those who sleep in a collective."""
        for rank in state.members:
            self.wake(rank, ARRIVAL)

    def all_at(self, state: State, place: int) -> bool:
        """Have all members begun this collective, as far as can be told?"""
        arrived = self.bells.arrived
        last = place | 0xFFFFFFFF
        return all(place <= arrived[rank] <= last for rank in state.members)

    def nudge(self, waiting: Waiting) -> None:
        """Wake those that sleep until this rank has done something, and may not know that
        it has."""
        row, state, data = waiting.row, waiting.comm, waiting.args
        if state is None:
            return
        if row.kind == "collective":
            if row.name in FROM_ROOT and not state.inter:
                self.wake_members(state)
            return
        peers = state.remote or state.members
        if row.kind in ("send", "sendrecv"):
            self._nudge(peers, data[1], MESSAGE)
        if row.kind != "send":
            self._nudge(peers, data[{"recv": 1, "probe": 0}.get(row.kind, 4)], RECEIVER)

    def _nudge(self, peers: list[int], peer: int, reason: int) -> None:
        if peer >= 0:
            self.wake(peers[peer], reason)
        elif peer == MPI.ANY_SOURCE:
            for rank in peers:
                self.wake(rank, reason)

    # -- sleeping --------------------------------------------------------------------

    def wait(self, waiting: Waiting, test, argument):
        """Test until that gives something true, and return it."""
        all_bells = self.bells
        error = None
        try:
            for _ in range(patience(waiting)):
                give_way()
                done = test(argument)
                if done:
                    return done
            reason = REASONS.get(waiting.row.kind, ANYTHING)
            while error is None:
                all_bells.lie_down(reason)
                if waiting.naps < NUDGES:
                    self.nudge(waiting)
                done = test(argument)
                if done:
                    return done
                self._sleep(waiting)
                waiting.polls += 1
                done = test(argument)
                if done:
                    return done
                error = waiting.error
        finally:
            all_bells.get_up()
            if waiting.row.kind != "send":
                self.nudge(waiting)
        raise error

    def _sleep(self, waiting: Waiting) -> None:
        state = waiting.comm
        if waiting.row.kind == "collective" and not state.inter and waiting.naps < TOGETHER:
            place = state.key << 32 | (waiting.args[0] + 1)
            if self.all_at(state, place):
                waiting.naps += 1
                give_way()
                return
        look(waiting)
        waited = time.perf_counter() - waiting.t0
        shortest = SHORTEST.get(waiting.row.kind, SLEEP)
        self.bells.sleep(min(max(shortest, waited * SLEEP_SHARE), LONGEST_SLEEP))


def patience(waiting: Waiting) -> int:
    """How often to yield before sleeping."""
    kind = waiting.row.kind
    if kind == "send":
        return MANY
    if kind == "recv":
        known = waiting.args[0]
        size = known[0] * known[1].itemsize if len(known) == 2 else known[2]
        return MANY if size is not None and size > LONG else FEW
    return FEW
