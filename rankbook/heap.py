"""Memory that processes forked of one share, kept shared for longer."""

from __future__ import annotations

import ctypes

#: Sizes in bytes, from large ones to each that malloc keeps a list of its own for.
_SIZES = (*(1 << power for power in range(16, 10, -1)), *range(1032, 16, -16))


class _Info(ctypes.Structure):
    """What `mallinfo2` of glibc gives."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
        ).split()
    )


def fill_gaps() -> None:
    """Take all that malloc has free between what is in use, and never give it back.

    What a forked process allocates then lies together in new pages. In the gaps, each
    small piece would cost it a copy of a page that it shares with the others.
    """
    libc = ctypes.CDLL(None)
    info = getattr(libc, "mallinfo2", None)
    if info is None:
        return
    info.restype = _Info
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    for size in _SIZES:
        before = info()
        while True:
            piece = libc.malloc(size)
            now = info()
            if now.arena != before.arena or now.keepcost != before.keepcost:
                # From the end of the heap: there is no gap of this size any more.
                libc.free(piece)
                break
