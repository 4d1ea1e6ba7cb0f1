"""Limits of time, on a machine that may do other things as well."""

from __future__ import annotations

import os


def here(seconds: float) -> float:
    """What takes so many seconds where nothing else runs may take so many here and now: more
    by as much as there is more to do than cores to do it."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds * min(max(load, 1), 10)
