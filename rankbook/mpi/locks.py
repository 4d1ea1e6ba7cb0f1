"""Locks of windows, which a rank gets elsewhere before it asks MPI for them.

MPI has no non-blocking form of Lock: a rank that waits in it can neither be interrupted nor be
told who is in its way. So the members of a window share a file, of which each byte stands for
one part of the window, and a rank first locks that byte: this can be tried, and says who has
it. MPI's own Lock then finds nobody in its way. These are POSIX record locks, fcntl(2), which
Linux takes back when a process ends.
"""

from __future__ import annotations

import functools
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from mmap import mmap

from mpi4py import MPI

from .bells import machine, supported
from .progress import turn

try:
    import fcntl
except ImportError:
    fcntl = None

#: `struct flock` where numbers in it have 64 bits: type, whence, start, length, process.
_FLOCK = struct.Struct("hhqqi4x")
_SUPPORTED = supported() and sys.maxsize > 2**32 and fcntl is not None

#: Bytes of the file for one window: one for each part, and from here on one for the right to be
#: the next that locks it.
_NEXT = 1 << 23
_WINDOW = 2 * _NEXT
#: Bytes of the file that are memory, too: for each member how often it has unlocked something.
#: To look there costs less than to try a lock, and does not hold up the one who has it.
_MEMORY = 1 << 16
#: Tests of which one tries the lock whatever stands there.
_IN_ANY_CASE = 64


@functools.cache
def _own_file() -> int:
    if not _SUPPORTED:
        return -1
    file = os.memfd_create("rankbook-locks")
    os.ftruncate(file, _MEMORY)
    return file


@functools.cache
def _file(process: int, number: int) -> int:
    """The file of another process; -1 where there is none."""
    if number < 0 or process == os.getpid():
        return number
    try:
        return os.open(f"/proc/{process}/fd/{number}", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return -1


@functools.cache
def _memory(file: int) -> memoryview:
    return memoryview(mmap(file, _MEMORY)).cast("Q")


def role(rank: int) -> str:
    """What a member of a window tells the others: its rank, machine, process and file."""
    place = zlib.crc32(b"".join(machine())) if _SUPPORTED else 0
    return f"{rank}/{place}/{os.getpid()}/{_own_file()}"


def join(roles: list[str], key: int) -> Parts | None:
    """The parts of a window of members with these roles; None where they can not share a file.

    `key`: the window in 32 bits.
    """
    members = sorted(tuple(map(int, told.split("/"))) for told in roles)
    file = _file(*members[0][2:])
    together = len({place for _, place, _, _ in members}) == 1 and len(members) <= _MEMORY // 8
    if file < 0 or not together:
        return None
    return Parts(file, key, {process: rank for rank, _, process, _ in members})


class Claim:
    """A lock that a rank wants to have, of one part of a window or of all.

    Parts are locked one after the other. Who is about to lock a part has first got the right to
    be the next: without that, those who lock it over and over would leave nothing to one who
    looks for it now and then.
    """

    __slots__ = ("_at", "_end", "_is_next", "_kind", "_parts", "_seen", "_tests", "target")

    def __init__(self, parts: Parts, target: int | None, exclusive: bool):
        self.target = target
        self._parts = parts
        self._at, self._end = (0, parts.size) if target is None else (target, target + 1)
        self._kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        self._is_next = False
        self._seen = b""
        self._tests = 0

    def test(self, _=None) -> bool:
        """Get the lock, if nobody is in the way."""
        turn()
        unlocked = self._parts.unlocked.tobytes()
        self._tests += 1
        if unlocked == self._seen and self._tests % _IN_ANY_CASE:
            return False
        self._seen = unlocked
        while self._at < self._end:
            if not self._lock_next():
                return False
            self._at += 1
        return True

    def _lock_next(self) -> bool:
        parts = self._parts
        if not self._is_next:
            self._is_next = parts.lock(fcntl.LOCK_EX, _NEXT + self._at)
        if not self._is_next or not parts.lock(self._kind, self._at):
            return False
        self.leave()
        return True

    def leave(self) -> None:
        """Let another one be the next."""
        if self._is_next:
            self._parts.unlock(_NEXT + self._at, 1)
            self._is_next = False

    def __iter__(self) -> Iterator[int]:
        """One of those who are in the way, by rank in the window; none where that is nobody, or
        another process."""
        at, parts = self._at, self._parts
        if at == self._end:
            return
        wanted = fcntl.F_WRLCK if self._kind == fcntl.LOCK_EX else fcntl.F_RDLCK
        holder = parts.holder(wanted, at)
        if holder is None and not self._is_next:
            holder = parts.holder(fcntl.F_WRLCK, _NEXT + at)
        if holder in parts.ranks:
            yield parts.ranks[holder]


class Parts:
    """The parts of a window, one a member, as one of these sees them."""

    def __init__(self, file: int, key: int, ranks: dict[int, int]):
        """`ranks`: in the window, by process."""
        self._file = file
        self._rank = ranks[os.getpid()]
        self.unlocked = _memory(file)[: len(ranks)]
        self._start = key * _WINDOW
        self.ranks = ranks
        self.size = len(ranks)
        #: What this rank has locked; None stands for all.
        self.mine: set[int | None] = set()

    def claim(self, target: int | None, exclusive: bool, assertion: int) -> Claim | None:
        """A lock to get before MPI's; None where MPI does not look for others or refuses it.

        `target`: None stands for all.
        """
        refused = self.mine if target is None else {None, target} & self.mine
        if refused or assertion & MPI.MODE_NOCHECK:
            return None
        return Claim(self, target, exclusive)

    def lock(self, kind: int, place: int) -> bool:
        try:
            fcntl.lockf(self._file, kind | fcntl.LOCK_NB, 1, self._start + place)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True  # The system has no more locks, and it is left to MPI.
        return True

    def unlock(self, first: int, count: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, count, self._start + first)
        self.unlocked[self._rank] += 1

    def release(self, target: int | None) -> None:
        """Leave a part, or all, to others."""
        self.unlock(*((0, self.size) if target is None else (target, 1)))
        self.mine.discard(target)

    def tidy(self) -> None:
        """Leave to others what an interrupt has left locked and nobody knows of."""
        self.unlock(_NEXT, self.size)
        for target in range(self.size):
            if target not in self.mine and None not in self.mine:
                self.unlock(target, 1)

    def release_all(self) -> None:
        for target in [*self.mine]:
            self.release(target)

    def holder(self, kind: int, place: int) -> int | None:
        """A process whose lock would be in the way of one of this kind."""
        asked = _FLOCK.pack(kind, os.SEEK_SET, self._start + place, 1, 0)
        found, _, _, _, process = _FLOCK.unpack(fcntl.fcntl(self._file, fcntl.F_GETLK, asked))
        return None if found == fcntl.F_UNLCK else process
