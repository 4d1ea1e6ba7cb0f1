"""Which frames of a traceback are for the user."""

from __future__ import annotations

import os
from types import TracebackType

import mpi4py

import rankbook

#: What lies below the user's last line is of interest only to whoever works on these.
_INNER = tuple(
    os.path.join(os.path.dirname(os.path.abspath(package.__file__)), "")
    for package in (rankbook, mpi4py)
)


def users_part(trace: TracebackType | None) -> TracebackType | None:
    """The traceback without the frames of ours and of mpi4py at its inner end."""
    entries = []
    last = 0
    while trace is not None:
        entries.append(trace)
        if not _is_inner(trace.tb_frame.f_code.co_filename):
            last = len(entries)
        trace = trace.tb_next
    if last == 0:
        return entries[0] if entries else None
    part = None
    for entry in reversed(entries[:last]):
        part = TracebackType(part, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return part


def _is_inner(file: str) -> bool:
    # Cython names its sources by their place in the project.
    return file.startswith(_INNER) or "mpi4py/MPI" in file
