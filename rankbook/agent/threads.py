"""Threads of the user's in a rank: while one is at it, nobody can say that the rank is stuck."""

from __future__ import annotations

import os
import sys
import threading
from types import FrameType

_STDLIB = os.path.dirname(os.__file__) + os.sep


def user_threads() -> int:
    """Threads besides the main one and the caller in which code of the user's stands: they may
    yet communicate. Idle ones of a pool have frames of the standard library only.
    """
    main = threading.main_thread().ident
    own = threading.get_ident()
    return sum(
        _in_user_code(frame)
        for ident, frame in sys._current_frames().items()
        if ident not in (main, own)
    )


def _in_user_code(frame: FrameType | None) -> bool:
    """Whether a frame or one that called it is outside of the standard library."""
    while frame is not None:
        name = frame.f_code.co_filename
        if "site-packages" in name or not name.startswith((_STDLIB, "<frozen")):
            return True
        frame = frame.f_back
    return False
