"""Errors of MPI calls, as if there were no layer."""

from __future__ import annotations

import functools
import os
from types import TracebackType

import mpi4py

_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
_INNER = (
    os.path.join(os.path.dirname(_FOLDER[:-1]), ""),
    os.path.join(os.path.dirname(os.path.abspath(mpi4py.__file__)), ""),
)


def unlayered(error: BaseException) -> None:
    """Take from an error that is being raised what the layer has added on its way to the
    user: frames, and other errors that were caught meanwhile."""
    context = error.__context__
    while context is not None and _caught_here(context):
        context = context.__context__
    error.__context__ = context
    error.__traceback__ = users_part(error.__traceback__)


def users_part(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of the layer, and without those of Rankbook and of
    mpi4py at its inner end. None if nothing is left."""
    entries = []
    while trace is not None:
        if not _is_ours(trace):
            entries.append(trace)
        trace = trace.tb_next
    while entries and _is_inner(entries[-1]):
        entries.pop()
    return joined(entries)


def joined(entries: list[TracebackType]) -> TracebackType | None:
    """A traceback of just these entries, the outermost first. None if there are none."""
    trace = None
    for entry in reversed(entries):
        trace = TracebackType(trace, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return trace


def _is_ours(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith(_FOLDER)


def _is_inner(trace: TracebackType) -> bool:
    # Cython names its sources by their place in the project.
    file = trace.tb_frame.f_code.co_filename
    return file.startswith(_INNER) or "mpi4py/MPI" in file


def _caught_here(error: BaseException) -> bool:
    return error.__traceback__ is not None and _is_ours(error.__traceback__)


def plainly(call):
    """A call of mpi4py's that is made once more to raise its own error."""

    @functools.wraps(call)
    def method(*arguments, **named):
        try:
            return call(*arguments, **named)
        except BaseException as error:
            unlayered(error)
            raise

    return method
