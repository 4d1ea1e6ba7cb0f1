"""Which frames of an error are for the user."""

from __future__ import annotations

from types import TracebackType

from rankbook.agent import stdin
from rankbook.mpi import errors


def users_part(error: BaseException | None, trace: TracebackType | None) -> TracebackType | None:
    """The traceback of an error without what lies below the user's last line, which is of
    interest only to whoever works on the layer or on mpi4py. Those of the errors that it came
    of lose the same."""
    seen = {id(error)}
    others = [] if error is None else [error.__cause__, error.__context__]
    while others:
        other = others.pop()
        if other is not None and id(other) not in seen:
            seen.add(id(other))
            others += [other.__cause__, other.__context__]
            other.__traceback__ = _cut(other.__traceback__)
    return _cut(trace)


def _cut(trace: TracebackType | None) -> TracebackType | None:
    return errors.users_part(_before_asking(trace)) or trace


def _before_asking(trace: TracebackType | None) -> TracebackType | None:
    """What led to a question to the user, where one was interrupted: what waits for the answer is
    not all of Rankbook."""
    entries = []
    entry = trace
    while entry is not None and entry.tb_frame.f_code.co_filename != stdin.__file__:
        entries.append(entry)
        entry = entry.tb_next
    return trace if entry is None else errors.joined(entries)
