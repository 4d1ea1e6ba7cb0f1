"""Recorded `Wait` and `Waitall`, which loops of exchanges call all the time.

They do what `requests` does for the others, as text like the bodies in `methods`.
"""

from __future__ import annotations

from .calls import Row
from .data import snapshot
from .errors import unlayered
from .methods import ENVIRONMENT, error_text

WAIT = """\
def Wait(self, status=None):
    t0 = clock()
    seq = next_seq()
    s = Status() if status is None else status
    operation = self._rb
    try:
        if not Test(self, s):
            wait(self_test(self), s, (ROW, None, (), seq), (self,))
    except BaseException as error:
        failed_wait(error, seq, t0, getframe(1), ROW, (self,), (operation,))
        raise
    if operation is None:
        numbers = ()
        got = remarks = None
    else:
        self._rb = None
        number, row, _, _, watched = operation
        numbers = (number,)
        got = {number: s if status is None else Asked(s)} if row.kind in RECEIVING else None
        remarks = changed(None, number) if watched and watched[0] != snapshot(watched[1]) else None
    frame = getframe(1)
    code = frame.f_code
    if code.co_filename == cell: at = frame.f_lasti
    else: code, at = place(frame, cell)
    add((seq, t0, clock(), code, at, ROW, None, remarks, numbers, numbers, got))
    return True
"""

WAITALL = """\
def Waitall(cls, requests, statuses=None):
    t0 = clock()
    seq = next_seq()
    s = [] if statuses is None else statuses
    try: operations = [request._rb for request in requests]
    except AttributeError: operations = [getattr(request, '_rb', None) for request in requests]
    try:
        if not Testall(requests, s):
            wait(lambda s: Testall(requests, s), s, (ROW, None, (), seq), tuple(requests))
    except BaseException as error:
        failed_wait(error, seq, t0, getframe(1), ROW, requests, operations)
        raise
    numbers = []
    got = None
    remarks = None
    for at, operation in enumerate(operations):
        if operation is None: continue
        requests[at]._rb = None
        number, row, _, _, watched = operation
        numbers.append(number)
        if row.kind in RECEIVING:
            if got is None: got = {}
            got[number] = s[at] if statuses is None else Asked(s[at])
        elif watched and watched[0] != snapshot(watched[1]): remarks = changed(remarks, number)
    frame = getframe(1)
    code = frame.f_code
    if code.co_filename == cell: at = frame.f_lasti
    else: code, at = place(frame, cell)
    add((seq, t0, clock(), code, at, ROW, None, remarks, numbers, numbers, got))
    return True
"""


def changed(remarks: tuple | None, number: int) -> tuple:
    """The remarks of a wait, with one more: the buffer of this request is another now."""
    return (*(remarks or (None,)), f"buffer-changed:{number}")


def failed_wait(error, seq, t0, frame, row, requests, operations) -> None:
    """Record a wait that raised: the requests that are null now had completed."""
    numbers, completed = [], []
    for request, operation in zip(requests, operations, strict=True):
        if operation is not None:
            numbers.append(operation[0])
            if not request:
                completed.append(operation[0])
                request._rb = None
    fields = (numbers, completed, None)
    ENVIRONMENT.record(seq, t0, frame, row, None, fields, (error_text(error),))
    unlayered(error)


def hot_waits(test) -> dict:
    """`Wait` and `Waitall` on mpi4py's Test, and on the Testall of `apart`."""
    names = {
        "Test": test,
        "self_test": lambda request: lambda status: test(request, status),
        "failed_wait": failed_wait,
        "snapshot": snapshot,
        "RECEIVING": ("recv", "sendrecv"),
        "changed": changed,
    }
    wait = ENVIRONMENT.define(Row("Wait", "wait"), WAIT, **names)
    waitall = ENVIRONMENT.define(Row("Waitall", "wait"), WAITALL, **names)
    return {"Wait": wait, "Waitall": classmethod(waitall)}
