"""Windows: one-sided communication, where ranks wait for each other all the same."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from mpi4py import MPI

from .calls import Row
from .channel import CHANNEL
from .errors import unlayered
from .files import requesting
from .methods import ENVIRONMENT, PLAIN, error_text
from .progress import PROGRESS
from .state import STATES, State
from .substitute import Substitute, substitute
from .together import collective, maker
from .wait import GATE, next_seq, wait

_Plain = PLAIN["Win"]


@substitute
class Win(_Plain, metaclass=Substitute):
    #: World ranks to which this rank has posted it last.
    _posted: Sequence[int] = ()


def _post_tag(state: State) -> int:
    return CHANNEL.tag(state.key, 0)


def _recorded(name: str, body):
    """A method that is recorded; `body` gets the call with the others' ranks left out."""
    plain = getattr(_Plain, name)
    row = Row(name, "other", on="Win")

    def method(self, *arguments, **named):
        state = getattr(self, "_c", None)
        if state is None:
            return plain(self, *arguments, **named)
        seq, t0, remarks = next_seq(), time.perf_counter(), None
        try:
            return body(self, (row, state, seq), *arguments, **named)
        except BaseException as error:
            remarks = (error_text(error),)
            unlayered(error)
            raise
        finally:
            ENVIRONMENT.record(seq, t0, sys._getframe(1), row, state, (), remarks)

    return method


def _call(call, ranks) -> tuple:
    """What a rank waits for in it: that these ranks of the world do their part."""
    row, state, seq = call
    return (row, state, ([state.members.index(rank) for rank in ranks],), seq)


def _post(self, call, group, assertion=0):
    _Plain.Post(self, group, assertion)
    self._posted = STATES.world_ranks(group)
    for rank in self._posted:
        request = CHANNEL.start(b"", rank, _post_tag(call[1]))
        if not request.Test():
            GATE.orphans.append(request)


def _start(self, call, group, assertion=0):
    """MPI may block in it until all of the group have posted, so that is awaited before."""
    for rank in STATES.world_ranks(group):
        CHANNEL.receive(rank, _post_tag(call[1]), _call(call, [rank]))
    _Plain.Start(self, group, assertion)


def _complete(self, call):
    _Plain.Complete(self)


def _wait(self, call):
    if not _Plain.Test(self):
        # Who has completed is not known here: it waits for one of them at least.
        wait(lambda _: _Plain.Test(self), None, _call(call, self._posted), (), True)
    return True


def Test(self):
    """Ranks that meet in shared memory have not let MPI take in what came before."""
    if _Plain.Test(self):
        return True
    PROGRESS.turn()
    return _Plain.Test(self)


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
    bodies = {"Post": _post, "Start": _start, "Complete": _complete, "Wait": _wait}
    made |= {name: _recorded(name, body) for name, body in bodies.items()} | {"Test": Test}
    return {"Win": made}
