"""A clean communicator after a cell that was stopped in the middle of things.

Messages that nobody received and collectives that some ranks never entered stay in the
communicator in which they were started. So the world moves: the user's COMM_WORLD, the
same Python object, gets the handle of a duplicate made from a spare communicator that
users do not see. The old one is not freed, since MPI could give its
context to a new communicator while a stray message is still under way.
"""

from __future__ import annotations

import time

from mpi4py import MPI

from .communicator import ORIGINALS
from .methods import PLAIN
from .state import STATES, State
from .substitute import set_handle
from .wait import GATE, LONGEST_NAP

_Comm = PLAIN["Comm"]


class Spare:
    """A duplicate of COMM_WORLD, of which clean ones are made: no collective is called on it
    otherwise. `channel` sends messages on it, which does not matter to that."""

    def __init__(self):
        self.comm, request = _Comm.Idup(ORIGINALS["COMM_WORLD"])
        _finish(request, None)

    def duplicate(self, seconds: float) -> MPI.Intracomm:
        """A fresh duplicate; TimeoutError where not all ranks come in time."""
        made, request = _Comm.Idup(self.comm)
        _finish(request, time.monotonic() + seconds)
        return made


def _finish(request, deadline: float | None) -> None:
    naps = 0
    while not request.Test():
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError("not all ranks took part in moving COMM_WORLD")
        naps += 1
        time.sleep(0 if naps < 200 else LONGEST_NAP)


def move_world(spare: Spare, seconds: float) -> None:
    """Give COMM_WORLD's object a clean handle. Collective."""
    fresh = spare.duplicate(seconds)
    world = MPI.COMM_WORLD
    state = STATES.of(world)
    fresh.Set_name(_Comm.Get_name(world))
    fresh.Set_errhandler(_Comm.Get_errhandler(world))
    _swap(state, world.handle, fresh)


def move_self() -> None:
    """Likewise for COMM_SELF, if something is left in it."""
    comm = MPI.COMM_SELF
    if not _Comm.Iprobe(comm, MPI.ANY_SOURCE, MPI.ANY_TAG):
        return
    fresh = _Comm.Dup(ORIGINALS["COMM_SELF"])
    fresh.Set_name(_Comm.Get_name(comm))
    _swap(STATES.of(comm), comm.handle, fresh)


def _swap(state: State, handle: int, fresh: MPI.Comm) -> None:
    """All objects that stand for this communicator take the fresh handle."""
    for comm in state.objects():
        if comm.handle == handle:
            set_handle(comm, fresh)
    STATES.by_handle.pop(handle, None)
    STATES.by_handle[fresh.handle] = state


def tainted(names, used: list[State] | None) -> list[str]:
    """Names of the communicators, other than the moved ones, that may hold strays: of those that
    were used, where that is known. Of those without a name the user could not tell which is
    meant; libraries have such."""
    found = [
        (state, names(state))
        for state in STATES.by_handle.values()
        if state.name is None and state.objects() and (used is None or state in used)
    ]
    return sorted(name for state, name in found if name != state.id)


def sweep() -> None:
    GATE.sweep()
