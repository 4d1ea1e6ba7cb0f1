"""Short turns for ranks that share cores.

A yield moves a thread back by one time slice among those that share its core, and one that
is not due yet keeps the core in spite of it, for up to a slice. With slices of some
milliseconds, as is usual, ranks that yield to each other now and then stand still for that
long. Linux lets a thread ask for shorter slices from 6.12 on (sched_setattr(2), `runtime` of
SCHED_OTHER); older kernels ignore it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

#: Seconds; the shortest that Linux gives.
SLICE = 100e-6

#: Number of the system call by machine.
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
#: Size, policy, flags, nice, priority, runtime, deadline, period.
_ATTRIBUTES = struct.Struct("IIQiIQQQ")


def shorten() -> None:
    """Ask for short slices for this thread, and those that it starts."""
    number = _SCHED_SETATTR.get(platform.machine())
    if number is None or not hasattr(os, "sched_getscheduler"):
        return
    if os.sched_getscheduler(0) != os.SCHED_OTHER:
        return
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    runtime = int(SLICE * 1e9)
    attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, runtime, 0, 0)
    # Where it is refused, slices stay as they are.
    ctypes.CDLL(None).syscall(number, 0, attributes, 0)
