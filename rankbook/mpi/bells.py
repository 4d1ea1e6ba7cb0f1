"""Waking ranks that sleep, where ranks share cores.

A rank that has nothing to do should leave its core to the others and be back the moment
its message is there. So a rank that goes to sleep says so, and for what, in memory that
the ranks of a machine share; whoever does what it sleeps for wakes it through a pipe. The
kernel hands a core over to the reader of a pipe in a few microseconds, much faster than
ranks find each other by yielding.

All of it only makes waits shorter: sleeps are short in any case, so that a rank whose bell
is not rung goes on a moment later.
"""

from __future__ import annotations

import os
import secrets
import select
import struct
from mmap import mmap

#: What a sleeping rank waits for: a message, a receiver of its own, the members of a
#: communicator to come to a collective.
MESSAGE, RECEIVER, ARRIVAL = 1, 2, 4
ANYTHING = MESSAGE | RECEIVER | ARRIVAL

#: Name of the machine and the processes' namespace; process and descriptor of the memory;
#: a number that stands at the beginning of the memory too.
INVITATION = struct.Struct("64s64sqq16s")
_HEAD = 64
_GONE = -1
_BOOT_ID = "/proc/sys/kernel/random/boot_id"
#: Stands for all ranks where others have the number of one.
ALL = 2**32


class Bells:
    """What the ranks of one machine share, as one of them sees it."""

    def __init__(self, memory: mmap, size: int, rank: int):
        self.rank = rank
        view = memoryview(memory)
        words = _HEAD + size
        words += -words % 8
        #: By world rank: what it sleeps for, 0 while it is awake.
        self.asleep = view[_HEAD : _HEAD + size]
        #: By world rank: the communicator and number of its latest collective.
        self.arrived = view[words : words + 8 * size].cast("Q")
        self._doors = view[words + 8 * size : words + 16 * size].cast("Q")
        #: By world rank: 1 + the rank, or `ALL`, that has to be in MPI for what it does to a
        #: window, in a call of MPI's that blocks; else 0.
        self.called = view[words + 16 * size : words + 24 * size].cast("Q")
        #: What is left, for `meeting`.
        self.rest = view[words + 24 * size :]
        self._pipes: dict[int, int] = {}
        self._out, entrance = os.pipe()
        poll = select.poll()
        poll.register(self._out, select.POLLIN)
        self._poll = poll.poll
        # Kept open on this side too, so that the pipe never ends.
        self._doors[rank] = os.getpid() << 32 | entrance

    def ring(self, rank: int) -> None:
        """Wake a rank."""
        self.asleep[rank] = 0
        pipe = self._pipes.get(rank)
        if pipe is None:
            pipe = self._open(rank)
        if pipe != _GONE:
            try:
                os.write(pipe, b"!")
            except BlockingIOError:
                pass  # it has been rung often enough
            except OSError:
                os.close(pipe)
                self._pipes[rank] = _GONE

    def _open(self, rank: int) -> int:
        door = self._doors[rank]
        path = f"/proc/{door >> 32}/fd/{door & 0xFFFFFFFF}"
        try:
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            pipe = _GONE
        self._pipes[rank] = pipe
        return pipe

    def sleep(self, seconds: float) -> None:
        """Until someone rings, or the time is over, which is rounded up to milliseconds.

        Before, this rank has to say so in `asleep`, and then to look once more.
        """
        if self._poll(1000 * seconds):
            os.read(self._out, 1024)
        self.asleep[self.rank] = 0

    @property
    def is_called(self) -> bool:
        """Does another rank depend on this one being in MPI?"""
        return self.rank + 1 in self.called or ALL in self.called

    @property
    def complete(self) -> bool:
        """Have all ranks of the world joined?"""
        return all(self._doors)


def supported() -> bool:
    """Some containers have not all of this."""
    files = os.path.isdir("/proc/self/fd") and os.access(_BOOT_ID, os.R_OK)
    return files and hasattr(os, "memfd_create")


def _length(size: int, more: int) -> int:
    return _HEAD + 25 * size + -size % 8 + more


def create(size: int, more: int) -> tuple[mmap, bytes]:
    """Shared memory for so many ranks, with some bytes more, and the invitation that
    others `join` it with."""
    length = _length(size, more)
    nonce = secrets.token_bytes(16)
    file = os.memfd_create("rankbook")
    os.ftruncate(file, length)
    memory = mmap(file, length)
    memory[: len(nonce)] = nonce
    return memory, INVITATION.pack(*machine(), os.getpid(), file, nonce)


def leave(invitation: bytes) -> None:
    """All have joined: close what `create` has kept open for them."""
    os.close(INVITATION.unpack(invitation)[3])


def join(invitation: bytes, size: int, more: int) -> mmap | None:
    """The memory that another rank has made; None where it is on another machine."""
    *inviting, process, file, nonce = INVITATION.unpack(invitation)
    if tuple(part.rstrip(b"\0") for part in inviting) != machine():
        return None
    try:
        own = os.open(f"/proc/{process}/fd/{file}", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        memory = mmap(own, _length(size, more))
    except (OSError, ValueError):
        return None
    finally:
        os.close(own)
    return memory if memory[: len(nonce)] == nonce else None


def machine() -> tuple[bytes, bytes]:
    """Name of this machine, and of the namespace of process ids."""
    with open(_BOOT_ID, "rb") as file:
        boot = file.read().strip()
    return boot, os.readlink("/proc/self/ns/pid").encode()
