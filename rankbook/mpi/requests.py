"""Requests: waiting for what was started before.

A request of the layer carries, while its operation is pending, `_rb`:
(number, row, state of the communicator, data, (sample of the send buffer, the buffer) or
None), where the run is recorded. Persistent ones keep in `_init` what each start makes it from.
"""

from __future__ import annotations

import sys
import time

from mpi4py import MPI

from .apart import set_apart, testall_now
from .calls import Row
from .data import Asked, snapshot
from .hotwaits import changed, failed_wait, hot_waits
from .methods import ENVIRONMENT, PLAIN, next_request
from .substitute import Substitute, substitute
from .wait import GATE, next_seq, wait

_Plain = PLAIN["Request"]


@substitute
class Request(_Plain, metaclass=Substitute):
    #: What is pending: see the module.
    _rb = None
    _init = None
    #: How often a persistent one has been started.
    _rounds = 0
    #: It is of a persistent collective, see `apart`.
    _apart = False


@substitute
class Prequest(PLAIN["Prequest"], Request):
    pass


@substitute
class Grequest(PLAIN["Grequest"], Request):
    @classmethod
    def Start(cls, query_fn=None, free_fn=None, cancel_fn=None, args=None, kwargs=None):
        return cls(PLAIN["Grequest"].Start(query_fn, free_fn, cancel_fn, args, kwargs))


KINDS = {
    "Request": Request,
    "Prequest": Prequest,
    "Pcollective": lambda plain: set_apart(Prequest(plain)),
}


def _row(name: str) -> Row:
    return Row(name, "wait", buffer=name[0].isupper(), nonblocking="est" in name)


#: Name -> (plain test, is it done, result, indices that completed). A test's result is
#: that of the plain non-blocking method.
SINGLE = {
    "Wait": ("Test", lambda done: done, lambda _: True),
    "wait": ("test", lambda done: done[0], lambda done: done[1]),
}
SEVERAL = {
    "Waitall": ("Testall", lambda t: t, lambda _: True, lambda _, n: range(n)),
    "waitall": ("testall", lambda t: t[0], lambda t: t[1], lambda _, n: range(n)),
    "Waitany": ("Testany", lambda t: t[1], lambda t: t[0], lambda t, _: t[:1]),
    "waitany": ("testany", lambda t: t[1], lambda t: (t[0], t[2]), lambda t, _: t[:1]),
    "Waitsome": ("Testsome", lambda t: t is None or t, lambda t: t, lambda t, _: t or ()),
    "waitsome": (
        "testsome",
        lambda t: t[0] is None or t[0],
        lambda t: t,
        lambda t, _: t[0] or (),
    ),
}
ONE_OF = ("Waitany", "waitany", "Waitsome", "waitsome")


def poll_of(test, requests, done):
    """A test that gives its result in a tuple once it is done, else None."""

    def poll(statuses):
        result = test(requests, statuses)
        return (result,) if done(result) else None

    return poll


# -- bare ----------------------------------------------------------------------------


def _single(name: str):
    test_name, done, result = SINGLE[name]
    test = getattr(_Plain, test_name)
    row = _row(name)

    def method(self, status=None):
        tested = test(self, status)
        if not done(tested):
            poll = poll_of(test, self, done)
            (tested,) = wait(poll, status, (row, None, (), 0), (self,))
        return result(tested)

    return method


def _Wait(self, status=None):
    if not _Plain.Test(self, status):
        wait(self.Test, status, (_WAIT, None, (), 0), (self,))
    return True


_WAIT = _row("Wait")


def _several(name: str):
    test_name, done, result, _ = SEVERAL[name]
    test = testall_now if test_name == "Testall" else getattr(_Plain, test_name)
    row = _row(name)
    one_of = name in ONE_OF

    def method(cls, requests, status=None):
        tested = test(requests, status)
        if not done(tested):
            poll = poll_of(test, requests, done)
            (tested,) = wait(poll, status, (row, None, (), 0), tuple(requests), one_of)
        return result(tested)

    return classmethod(method if "any" in name else _plural(method))


def _plural(method):
    """mpi4py calls the last parameter `statuses` where there are several."""

    def plural(cls, requests, statuses=None):
        return method(cls, requests, statuses)

    return plural


# -- recorded ------------------------------------------------------------------------


class _Watch:
    """One recorded wait for some requests: what was pending before, what came of it."""

    __slots__ = ("frame", "pending", "requests", "row", "seq", "t0")

    def __init__(self, row, requests, frame):
        self.t0 = time.perf_counter()
        self.row = row
        self.seq = next_seq() if not row.nonblocking else 0
        self.requests = requests
        self.pending = [getattr(request, "_rb", None) for request in requests]
        self.frame = frame

    def call(self):
        return (self.row, None, (), self.seq)

    def fail(self, error) -> None:
        failed_wait(
            error,
            self.seq or next_seq(),
            self.t0,
            self.frame,
            self.row,
            self.requests,
            self.pending,
        )

    def end(self, indices, statuses, copied=MPI.Status) -> None:
        """Record it. `indices` completed; `statuses` belong to them, in order. `copied`: how
        they are kept."""
        completed, got, remarks = [], {}, None
        for place, index in enumerate(indices):
            if not 0 <= index < len(self.pending):
                continue
            operation = self.pending[index]
            if operation is None:
                continue
            number, row, _, _, watched = operation
            completed.append(number)
            self.requests[index]._rb = None
            if row.kind in ("recv", "sendrecv") and statuses and place < len(statuses):
                got[number] = copied(statuses[place])
            if watched is not None and watched[0] != snapshot(watched[1]):
                remarks = changed(remarks, number)
        numbers = [operation[0] for operation in self.pending if operation]
        if not numbers and self.row.nonblocking:
            return
        seq = self.seq or next_seq()
        fields = (numbers, completed, got)
        ENVIRONMENT.record(seq, self.t0, self.frame, self.row, None, fields, remarks)


def _kept(status) -> type[MPI.Status]:
    return MPI.Status if status is None else Asked


def _recorded_single(name: str):
    test_name, done, result = SINGLE[name]
    test = getattr(_Plain, test_name)
    row = _row(name)

    def method(self, status=None):
        watch = _Watch(row, (self,), sys._getframe(1))
        seen = MPI.Status() if status is None else status
        try:
            tested = test(self, seen)
            if not done(tested):
                (tested,) = wait(poll_of(test, self, done), seen, watch.call(), (self,))
        except BaseException as error:
            watch.fail(error)
            raise
        watch.end((0,), (seen,), _kept(status))
        return result(tested)

    return method


def _recorded_test(name: str):
    test = getattr(_Plain, name)
    row = _row(name)

    def method(self, status=None):
        watch = _Watch(row, (self,), sys._getframe(1))
        seen = MPI.Status() if status is None else status
        tested = test(self, seen)
        if tested if name == "Test" else tested[0]:
            watch.end((0,), (seen,), _kept(status))
        return tested

    return method


def _recorded_several(name: str, waits: bool):
    key = name if waits else f"{'W' if name[0] == 'T' else 'w'}ait{name[4:]}"
    test_name, done, result, indices = SEVERAL[key]
    test = getattr(_Plain, test_name)
    row = _row(name)
    one_of = key in ONE_OF
    single_status = "any" in name

    def method(cls, requests, status=None):
        requests = tuple(requests) if not isinstance(requests, (list, tuple)) else requests
        watch = _Watch(row, requests, sys._getframe(2 if not single_status else 1))
        own = MPI.Status() if single_status else []
        seen = own if status is None else status
        try:
            tested = test(requests, seen)
            if waits and not done(tested):
                (tested,) = wait(
                    poll_of(test, requests, done), seen, watch.call(), requests, one_of
                )
        except BaseException as error:
            watch.fail(error)
            raise
        if done(tested) and tested is not None:
            statuses = (seen,) if single_status else seen
            watch.end(indices(tested, len(requests)), statuses, _kept(status))
        return result(tested) if waits else tested

    return classmethod(method if single_status else _plural(method))


_FREE = Row("Free", "wait", nonblocking=True)
_START = Row("Start", "other", nonblocking=True)


def _recorded_free(self):
    operation = self._rb
    _Plain.Free(self)
    if operation is not None:
        self._rb = None
        now = time.perf_counter()
        ENVIRONMENT.record(
            next_seq(), now, sys._getframe(1), _FREE, None, ((operation[0],), (), {})
        )


# -- persistent ----------------------------------------------------------------------


def _activate(request, frame) -> None:
    """A persistent request has been started: it is pending under a new number."""
    row, state, data, watched, prepared = request._init
    number = next_request()
    remarks = None
    request._rounds += 1
    if row.kind == "send":
        data = (*data[:3], number)
        remarks = (None, prepared)
    elif row.kind == "recv":
        data = (*data[:3], number, None)
        remarks = (None, prepared)
    else:
        data = (*data[:4], number, request._rounds)
    pair = (snapshot(watched), watched) if watched is not None else None
    request._rb = (number, row, state, data, pair)
    now = time.perf_counter()
    started = _STARTS.setdefault(row, Row(**{**row.__dict__, "name": "Start"}))
    if row.kind == "collective":
        started, data = _START, (number, None, (data[0], request._rounds))
    ENVIRONMENT.record(next_seq(), now, frame, started, state, data, remarks)


_STARTS: dict[Row, Row] = {}


def _Start(self):
    PLAIN["Prequest"].Start(self)
    if GATE.sleeper:
        GATE.sleeper.wake_all()
    if self._init is not None:
        _activate(self, sys._getframe(1))


def _Startall(cls, requests):
    PLAIN["Prequest"].Startall(requests)
    if GATE.sleeper:
        GATE.sleeper.wake_all()
    for request in requests:
        if getattr(request, "_init", None) is not None:
            _activate(request, sys._getframe(1))


def methods(recording: bool) -> dict[str, dict]:
    """Methods of Request, Prequest and Message by class and name."""
    if recording:
        request = {name: _recorded_single(name) for name in SINGLE}
        request |= {name: _recorded_several(name, True) for name in SEVERAL}
        request |= {name: _recorded_test(name) for name in ("Test", "test")}
        for test_name, *_ in SEVERAL.values():
            request[test_name] = _recorded_several(test_name, False)
        request |= hot_waits(_Plain.Test)
        request["Free"] = _recorded_free
    else:
        request = {name: _single(name) for name in SINGLE}
        request["Wait"] = _Wait
        request |= {name: _several(name) for name in SEVERAL}
    prequest = {"Start": _Start, "Startall": classmethod(_Startall)}
    return {"Request": request, "Prequest": prequest}
