"""Who is to be woken when, and how a rank sleeps that others wake: see `bells`.

Used where ranks share cores. The methods call `sent` and `arrived` after they have started
something; both are None elsewhere.
"""

from __future__ import annotations

from time import perf_counter as clock

from mpi4py import MPI

from . import bells, meeting, timeslice
from .bells import ANYTHING, ARRIVAL, MESSAGE, RECEIVER, Bells
from .calls import Row
from .communicator import ORIGINALS
from .methods import ENVIRONMENT, PLAIN
from .state import STATES, State
from .transfers import is_long, started
from .wait import GATE, Waiting, give_way, look

#: Seconds, for each rank that shares the core, in which a rank yields before it says what it
#: waits for, and sleeps; and how many yields are between two looks at the clock.
YIELDING, TURNS = 250e-6, range(8)
#: After a call of so many seconds, for each rank that shares the core, somebody has computed
#: and so many waits do without yields: one who sleeps is back sooner then. Twice as many, up to
#: a limit, where the next such call comes within so many seconds after that.
LONG_CALL, WARY, MOST_WARY, AGAIN = 500e-6, 8, 256, 20e-3
#: Yields while all members of a collective are at work on it.
TOGETHER = 1000
#: Yields before the first sleep where both sides of a long message take turns.
LONG_TURNS = range(100)
#: Sleeps, in seconds, as the naps of `wait`.
SLEEP, LONGEST_SLEEP, SLEEP_SHARE = 1e-3, 5e-3, 1e-3
#: Of those that are nearly always woken in time.
SHORTEST = {"recv": 4e-3, "collective": 4e-3}
#: At how many of its sleeps a rank wakes those that sleep and that it waits for.
NUDGES = 8
#: The same for the sides of a long message, which take turns in this way.
LONG_NUDGES = 100000

REASONS = {
    "send": RECEIVER,
    "recv": MESSAGE,
    "probe": MESSAGE,
    "sendrecv": MESSAGE | RECEIVER,
    "collective": ARRIVAL,
}
#: Collectives in which the data come from one rank, over others.
FROM_ROOT = {"Bcast", "bcast", "Scatter", "Scatterv", "scatter"}

#: `swift`: yields are quick. `asleep`: see `Bells`; `nobody`: how that looks while all are
#: awake.
ENVIRONMENT.update(sent=None, arrived=None, swift=False, asleep=None, nobody=None, LONG=LONG_CALL)


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
        #: How many waits are to come without yields, how many they were, and when the last
        #: of them was.
        self.wary = 0
        self._spell = WARY
        self._ended = 0.0
        #: Ranks to a core.
        self._share = len(all_bells.asleep) / GATE.cores
        self._yielding = YIELDING * self._share

    def use(self) -> None:
        timeslice.shorten()
        GATE.sleeper = self
        ENVIRONMENT.update(
            sent=self.sent,
            arrived=self.arrived,
            wake_members=self.wake_members,
            take_turns=self.take_turns,
            be_wary=self.be_wary,
            give=give_way,
            swift=True,
            asleep=self.bells.asleep,
            nobody=bytes(len(self.bells.asleep)),
            LONG=LONG_CALL * self._share,
        )

    # -- waking --------------------------------------------------------------------

    def sent(self, comm: MPI.Comm, dest: int) -> None:
        """A message is on its way."""
        if dest >= 0:
            try:
                state = comm._c
            except AttributeError:
                state = STATES.of(comm)
            self.wake((state.remote or state.members)[int(dest)], MESSAGE)

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
        if any(self.bells.asleep) and self.all_at(state, place):
            self.wake_members(state)

    def wake_members(self, state: State) -> None:
        """Wake those who sleep in a collective."""
        asleep = self.bells.asleep
        for rank in state.members:
            if rank >= 0 and asleep[rank] & ARRIVAL:
                self.bells.ring(rank)

    def call(self, rank: int | None) -> None:
        """A rank, or all, does not sleep until `hang_up`: what this one does to a window in a
        blocking call of MPI's needs them to be in MPI too."""
        self.bells.called[self.bells.rank] = bells.ALL if rank is None else rank + 1
        if rank is None:
            self.wake_all()
        else:
            self.wake(rank, ANYTHING)

    def unlocked(self, state: State) -> None:
        """A part of a window is free again: wake those who may wait for that."""
        asleep = self.bells.asleep
        for rank in state.members:
            if asleep[rank] == ANYTHING:
                self.bells.ring(rank)

    def hang_up(self) -> None:
        self.bells.called[self.bells.rank] = 0

    def wake_all(self) -> None:
        """Wake all who sleep, for whatever reason."""
        for rank, reason in enumerate(self.bells.asleep):
            if reason:
                self.bells.ring(rank)

    def all_at(self, state: State, place: int) -> bool:
        """Have all members begun this collective, as far as can be told?"""
        arrived = self.bells.arrived
        last = place | 0xFFFFFFFF
        return all(place <= arrived[rank] <= last for rank in reversed(state.members))

    def nudge(self, waiting: Waiting) -> None:
        """Wake those that sleep until this rank has done something, and may not know that
        it has."""
        if waiting.row.kind != "wait":
            self._nudge_for(waiting.row, waiting.comm, waiting.args)
            return
        for operation in started(waiting):
            if operation is not None:
                self._nudge_for(*operation[1:4])

    def _nudge_for(self, row: Row, state: State, data: tuple) -> None:
        if row.kind == "collective":
            if row.name in FROM_ROOT and not state.inter:
                self.wake_members(state)
            return
        peers = state.remote or state.members
        if row.on == "Win":
            for peer in data[0]:
                self._nudge(peers, peer, RECEIVER)
            return
        if row.kind in ("send", "sendrecv"):
            self._nudge(peers, data[1], MESSAGE)
        if row.kind != "send":
            self._nudge(peers, data[{"recv": 1, "probe": 0}.get(row.kind, 4)], RECEIVER)

    def _nudge(self, peers: list[int], peer: int, reason: int) -> None:
        if peer >= 0:
            self.wake(peers[int(peer)], reason)
        elif peer == MPI.ANY_SOURCE:
            for rank in peers:
                self.wake(rank, reason)

    # -- waiting -----------------------------------------------------------------------

    def give_way(self, test, argument):
        """Test between yields for a moment. What that gave, if it is true.

        Where all wait for each other, ranks find each other in this way sooner than by
        being woken.
        """
        if self.wary:
            self._less_wary()
            return None
        start = clock()
        while True:
            for _ in TURNS:
                give_way()
                done = test(argument)
                if done:
                    return done
            if clock() - start > self._yielding:
                return None

    def take_turns(self, came, word: int, size: int) -> bool:
        """The same until all ranks have written a word; `came` gives the list of those."""
        start = clock()
        while True:
            for _ in TURNS:
                give_way()
                if came().count(word) == size:
                    return True
            if clock() - start > self._yielding:
                return False

    def be_wary(self) -> None:
        """A call took long."""
        again = clock() - self._ended < AGAIN
        self.wary = self._spell = min(2 * self._spell, MOST_WARY) if again else WARY
        ENVIRONMENT.update(swift=False)

    def _less_wary(self) -> None:
        self.wary -= 1
        if not self.wary:
            self._ended = clock()
            ENVIRONMENT.update(swift=True)

    def wait(self, waiting: Waiting, test, argument):
        """Test until that gives something true, and return it."""
        # Of requests that nothing is known of, such as Rget's, others have to be in MPI too.
        if not GATE.windows or waiting.row.kind != "wait" or None not in started(waiting):
            return self._wait(waiting, test, argument)
        self.call(None)
        try:
            return self._wait(waiting, test, argument)
        finally:
            self.hang_up()

    def _wait(self, waiting: Waiting, test, argument):
        kind, name = waiting.row.kind, waiting.row.name
        collective = kind == "collective"
        both = not collective and is_long(waiting)
        nudges = LONG_NUDGES if both else NUDGES
        if collective and name not in FROM_ROOT:
            nudges = -1
        asleep, own = self.bells.asleep, self.bells.rank
        reason = REASONS.get(kind, ANYTHING)
        error = None
        try:
            if both:
                done = _alternate(test, argument)
                if done:
                    return done
            while error is None:
                asleep[own] = reason
                if waiting.naps <= nudges:
                    self.nudge(waiting)
                done = test(argument)
                if done:
                    return done
                if (collective and self._together(waiting)) or (
                    GATE.windows and self.bells.is_called
                ):
                    give_way()
                else:
                    self._sleep(waiting)
                waiting.polls += 1
                done = test(argument)
                if done:
                    return done
                error = waiting.error
        finally:
            asleep[own] = 0
            if nudges > 0:
                self.nudge(waiting)
        raise error

    def _together(self, waiting: Waiting) -> bool:
        """Are all members at work on this collective of MPI's?"""
        state = waiting.comm
        if state.inter or waiting.naps > TOGETHER:
            return False
        together = self.all_at(state, state.key << 32 | (waiting.args[0] + 1))
        waiting.naps += together
        return together

    def _sleep(self, waiting: Waiting) -> None:
        look(waiting)
        waited = clock() - waiting.t0
        shortest = SLEEP if GATE.windows else SHORTEST.get(waiting.row.kind, SLEEP)
        self.bells.sleep(min(max(shortest, waited * SLEEP_SHARE), LONGEST_SLEEP))


def _alternate(test, argument):
    """Test between yields, for both sides of a long message. What that gave, if it is true."""
    for _ in LONG_TURNS:
        give_way()
        done = test(argument)
        if done:
            return done
    return None
