"""Lock, Unlock and Flush: the ranks whose window it is have no part in them.

The bodies of methods that `windows` records: they get (row, state of the window, number,
fields of the record).
"""

from __future__ import annotations

import functools
from contextlib import suppress

from mpi4py import MPI

from .methods import PLAIN, mpi_error
from .state import State
from .wait import GATE, wait

_Plain = PLAIN["Win"]

#: As MPICH says it where nothing is locked.
NOT_LOCKED = "Wrong synchronization of RMA calls: MPI_Win_unlock of rank {}, which is not locked"
FLUSHES = ("Flush", "Flush_all", "Flush_local", "Flush_local_all")


def attended(state: State, target: int | None, plain, *arguments, **named):
    """A call that blocks in MPI until a member of the window, or all, have been in MPI too."""
    sleeper = GATE.sleeper
    if sleeper is None:
        return plain(*arguments, **named)
    sleeper.call(None if target is None else state.members[target])
    try:
        return plain(*arguments, **named)
    finally:
        sleeper.hang_up()


def _member(state: State, rank) -> int | None:
    """A rank of the window as far as there is one, which MPI takes as any number, else all."""
    return int(rank) if rank in range(state.size) else None


def flushing(name: str):
    """The method of this name, which waits until something is complete at one target or all."""
    plain = getattr(_Plain, name)

    @functools.wraps(plain)
    def method(self, *arguments, **named):
        state = getattr(self, "_c", None)
        if state is None:
            return plain(self, *arguments, **named)
        target = named.get("rank", arguments[0] if arguments else None)
        return attended(state, _member(state, target), plain, self, *arguments, **named)

    return method


def _lock(self, call, rank, lock_type=MPI.LOCK_EXCLUSIVE, assertion=0):
    part = _member(call[1], rank)
    if part is None:
        _Plain.Lock(self, rank, lock_type, assertion)
        return
    exclusive = lock_type == MPI.LOCK_EXCLUSIVE
    claim = self._parts and self._parts.claim(part, exclusive, assertion)
    _get(self, call, part, claim, "Lock", rank, lock_type, assertion)


def _lock_all(self, call, assertion=0):
    claim = self._parts and self._parts.claim(None, False, assertion)
    _get(self, call, None, claim, "Lock_all", assertion)


def _unlock(self, call, rank):
    part = _member(call[1], rank)
    if part is None:
        _Plain.Unlock(self, rank)
        return
    mine = self._parts and self._parts.mine
    if mine and part not in mine:
        # MPICH ends the process where something else is locked.
        raise mpi_error(MPI.ERR_RMA_SYNC, NOT_LOCKED.format(part))
    _give_back(self, call, part, "Unlock", rank)


def _unlock_all(self, call):
    _give_back(self, call, None, "Unlock_all")


BODIES = {"Lock": _lock, "Lock_all": _lock_all, "Unlock": _unlock, "Unlock_all": _unlock_all}


def _tell(call, part: int | None) -> None:
    call[3].extend((None, None, None, ("locks", {"part": part})))


def _get(self, call, target: int | None, claim, name: str, *arguments) -> None:
    _tell(call, target)
    plain, parts = getattr(_Plain, name), self._parts
    if not claim:
        plain(self, *arguments)
        if parts:
            parts.mine.add(target)
        return
    row, state, seq, _ = call
    asked = False
    try:
        if not claim.test():
            wait(claim.test, None, (row, state, (claim,), seq))
        asked = True
        attended(state, target, plain, self, *arguments)
        parts.mine.add(target)
    except BaseException as error:
        if asked and not isinstance(error, Exception):
            _undo(self, target)
        parts.release(target)
        raise
    finally:
        claim.leave()


def _give_back(self, call, target: int | None, name: str, *arguments) -> None:
    _tell(call, target)
    state, parts = call[1], self._parts
    plain = getattr(_Plain, name)
    if not parts or target not in parts.mine:
        attended(state, target, plain, self, *arguments)
        return
    try:
        attended(state, target, plain, self, *arguments)
        parts.release(target)
    except BaseException as error:
        if not isinstance(error, Exception):
            _undo(self, target)
            parts.release(target)
        raise
    if GATE.sleeper:
        GATE.sleeper.unlocked(state)


def _undo(self, target: int | None) -> None:
    """Python raises an interrupt before MPI's call or after it, which then has done its part:
    unlock in any case. MPI refuses what is unlocked already."""
    with suppress(MPI.Exception):
        if target is None:
            _Plain.Unlock_all(self)
        else:
            _Plain.Unlock(self, target)
