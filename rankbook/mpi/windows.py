"""Windows: one-sided communication, where ranks wait for each other all the same."""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Sequence

from mpi4py import MPI

from . import accesses, locks, passive
from .calls import Row
from .channel import CHANNEL
from .errors import unlayered
from .files import requesting
from .methods import ENVIRONMENT, PLAIN, error_text
from .passive import attended
from .progress import turn
from .state import STATES, State
from .substitute import Substitute, substitute
from .together import Recorded, collective, maker, meet
from .wait import GATE, give_way, next_seq, wait

_Plain = PLAIN["Win"]
_FREE = Row("Free", "collective", on="Win")
REQUESTING = ("Rput", "Rget", "Raccumulate", "Rget_accumulate")


@substitute
class Win(_Plain, metaclass=Substitute):
    #: World ranks to which this rank has posted it last.
    _posted: Sequence[int] = ()
    #: Who has locked what of it; None where that is left to MPI.
    _parts: locks.Parts | None = None
    #: It is one of those that `GATE` counts.
    _counted = False
    _rooms: accesses.Rooms = None


def _post_tag(state: State) -> int:
    return CHANNEL.tag(state.key, 0)


def _recorded(name: str, body):
    """A method that is recorded. `body` gets (row, state, seq, fields): to the last it adds what
    the record is to tell."""
    plain = getattr(_Plain, name)
    row = Row(name, "other", on="Win")

    def method(self, *arguments, **named):
        state = getattr(self, "_c", None)
        if state is None:
            return plain(self, *arguments, **named)
        seq, t0, remarks = next_seq(), time.perf_counter(), None
        fields: list = []
        try:
            return body(self, (row, state, seq, fields), *arguments, **named)
        except BaseException as error:
            remarks = (error_text(error),)
            unlayered(error)
            raise
        finally:
            ENVIRONMENT.record(seq, t0, sys._getframe(1), row, state, fields, remarks)

    return method


def _call(call, ranks) -> tuple:
    """What a rank waits for in it: that these ranks of the world do their part."""
    row, state, seq, _ = call
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
    attended(call[1], None, _Plain.Complete, self)


def _wait(self, call):
    if not _Plain.Test(self):
        # Who has completed is not known here: it waits for one of them at least.
        wait(lambda _: _Plain.Test(self), None, _call(call, self._posted), (), True)
    return True


def Sync(self):
    """Programs call it over and over until another rank has written something, which may depend
    on this one being in MPI."""
    _Plain.Sync(self)
    turn()
    if GATE.crowded:
        give_way()


def Test(self):
    """Ranks that meet in shared memory have not let MPI take in what came before."""
    if _Plain.Test(self):
        return True
    turn()
    return _Plain.Test(self)


def _joined(made, state: State, roles: list[str], tell) -> None:
    made._parts = locks.join(roles, zlib.crc32(state.id.encode()))
    made._rooms = accesses.rooms(tell(accesses.role(made, state.rank)))


def _record_now(self, row: Row, frame, fields: tuple, remarks=None) -> None:
    ENVIRONMENT.record(next_seq(), time.perf_counter(), frame, row, self._c, fields, remarks)


def _accessing(name: str):
    start = requesting("Win", name) if name in REQUESTING else getattr(_Plain, name)
    row = Row(name, "other", on="Win")

    def method(self, *arguments, **named):
        if self._rooms is None or not ENVIRONMENT.shared["watching"]:
            return start(self, *arguments, **named)
        access = accesses.access(name, self._rooms, arguments, named)
        error = access and accesses.refused(name, access, self._parts)
        if error:
            _record_now(self, row, sys._getframe(1), (), (error_text(error),))
            raise error
        made = start(self, *arguments, **named)
        if access and access.is_within_element:
            found = {"peer": access.peer, "begin": access.begin, "item": access.item}
            _record_now(self, row, sys._getframe(1), (None, None, None, ("access", found)))
        return made

    return method


def _opening(name: str):
    make = maker("Win", name, locks.role, _joined).__func__

    def method(cls, *arguments, **named):
        made = make(cls, *arguments, **named)
        made._counted = True
        GATE.windows += 1
        return made

    return classmethod(method)


def _epochs_over(window) -> bool:
    """MPI refuses to free a window in the midst of an epoch, as it refuses to begin another."""
    try:
        _Plain.Start(window, MPI.GROUP_EMPTY)
        _Plain.Complete(window)
        _Plain.Post(window, MPI.GROUP_EMPTY)
        _Plain.Wait(window)
    except MPI.Exception:
        return False
    return True


def _free(self):
    state = getattr(self, "_c", None)
    if state is None:
        _Plain.Free(self)
        return
    over = _epochs_over(self)
    with Recorded(_FREE, state, sys._getframe(1)) as call:
        # Where MPI refuses it to some, the others would wait for these in MPI.
        if "open" in meet(state, call, "over" if over else "open") and over:
            wait(lambda _: False, None, call)
        _Plain.Free(self)


def _closing(close):
    def method(self):
        try:
            close(self)
        finally:
            if self == MPI.WIN_NULL and self._counted:
                self._counted = False
                GATE.windows -= 1
                _leave_to_mpi(self)

    return method


def _leave_to_mpi(window: Win) -> None:
    if window._parts:
        window._parts.release_all()
        window._parts = None


def _open_windows() -> list[Win]:
    made = (each for state in STATES.others for each in state.objects())
    return [each for each in made if isinstance(each, Win)]


def leave_locks_to_mpi() -> None:
    """The layer's methods do not see any more what becomes of the locks that there are."""
    for window in _open_windows():
        _leave_to_mpi(window)


def tidy_locks() -> None:
    """After an interrupt, see `locks`."""
    for window in _open_windows():
        if window._parts:
            window._parts.tidy()


def methods() -> dict[str, dict]:
    """Methods of Win by class and name."""
    made = {"Fence": collective("Win", "Fence"), "Free": _closing(_free)}
    made |= {
        name: _opening(name) for name in ("Create", "Allocate", "Allocate_shared", "Create_dynamic")
    }
    made |= {name: _accessing(name) for name in accesses.TARGETS}
    made |= {name: passive.flushing(name) for name in passive.FLUSHES}
    bodies = {"Post": _post, "Start": _start, "Complete": _complete, "Wait": _wait}
    bodies |= passive.BODIES
    made |= {name: _recorded(name, body) for name, body in bodies.items()}
    made |= {"Test": Test, "Sync": Sync}
    return {"Win": made}
