"""Waits in which both sides of a message have to be at work until it is through."""

from __future__ import annotations

from .calls import Row
from .wait import Waiting

#: Bytes of a message from which that is so.
LONG = 8192


def started(waiting: Waiting) -> list:
    """What the requests of a wait stand for, as `requests` keeps it; None if unknown."""
    return [getattr(request, "_rb", None) for request in waiting.requests if request]


def is_long(waiting: Waiting) -> bool:
    """Do both sides of a message have to be at work until it is through?"""
    row, data = waiting.row, waiting.args
    if row.kind == "wait":
        operations = started(waiting)
        return any(
            operation is None or _takes_two(operation[1], operation[3]) for operation in operations
        )
    if not row.buffer and row.kind == "recv":
        # The message has been found, and may have any length.
        return bool(waiting.requests) and waiting.requests[0] is not None
    return _takes_two(row, data)


def _takes_two(row: Row, data: tuple) -> bool:
    if row.kind == "send":
        # It would not have to wait otherwise.
        return not row.synchronous
    if row.kind == "recv":
        return _bytes(data[0]) > LONG
    if row.kind == "sendrecv":
        return max(_bytes(data[0]), _bytes(data[3])) > LONG
    return False


def _bytes(description: tuple) -> int:
    if len(description) == 2:
        return description[0] * description[1].itemsize
    return description[2] or 0
