"""Windows: one-sided communication, where ranks wait for each other all the same."""

from __future__ import annotations

from mpi4py import MPI

from .calls import Row
from .channel import CHANNEL
from .data import UNKNOWN
from .files import requesting
from .methods import PLAIN
from .progress import PROGRESS
from .state import STATES, State
from .substitute import Substitute, substitute
from .together import collective, maker
from .wait import GATE, wait

_Plain = PLAIN["Win"]


@substitute
class Win(_Plain, metaclass=Substitute):
    pass


def _post_tag(state: State) -> int:
    return CHANNEL.tag(state.key, 0)


def Post(self, group, assertion=0):
    _Plain.Post(self, group, assertion)
    state = getattr(self, "_c", None)
    if state is not None:
        for rank in STATES.world_ranks(group):
            request = CHANNEL.start(b"", rank, _post_tag(state))
            if not request.Test():
                GATE.orphans.append(request)


def Start(self, group, assertion=0):
    """MPI may block in it until all of the group have posted, so that is awaited before."""
    state = getattr(self, "_c", None)
    if state is not None:
        for rank in STATES.world_ranks(group):
            data = (UNKNOWN, state.members.index(rank), MPI.ANY_TAG, None, None)
            CHANNEL.receive(rank, _post_tag(state), (_START, state, data, 0))
    _Plain.Start(self, group, assertion)


def Wait(self):
    if not _Plain.Test(self):
        state = getattr(self, "_c", None)
        if state is None:
            return _Plain.Wait(self)
        data = (UNKNOWN, MPI.ANY_SOURCE, MPI.ANY_TAG, None, None)
        wait(lambda _: _Plain.Test(self), None, (_WAIT, state, data, 0))
    return True


def Test(self):
    """Ranks that meet in shared memory have not let MPI take in what came before."""
    if _Plain.Test(self):
        return True
    PROGRESS.turn()
    return _Plain.Test(self)


_START, _WAIT = Row("Start", "recv", on="Win"), Row("Wait", "recv", on="Win")


def _opening(name: str):
    make = maker("Win", name).__func__

    def method(cls, *arguments, **named):
        made = make(cls, *arguments, **named)
        PROGRESS.windows += 1
        return made

    return classmethod(method)


def _closing(close):
    def method(self):
        opened = self != MPI.WIN_NULL
        close(self)
        if opened:
            PROGRESS.windows -= 1

    return method


def methods() -> dict[str, dict]:
    """Methods of Win by class and name."""
    made = {"Fence": collective("Win", "Fence"), "Free": _closing(collective("Win", "Free"))}
    made |= {
        name: _opening(name) for name in ("Create", "Allocate", "Allocate_shared", "Create_dynamic")
    }
    made |= {
        name: requesting("Win", name) for name in ("Rput", "Rget", "Raccumulate", "Rget_accumulate")
    }
    made |= {"Post": Post, "Start": Start, "Test": Test, "Wait": Wait}
    return {"Win": made}
