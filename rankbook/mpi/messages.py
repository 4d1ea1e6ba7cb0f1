"""Matched messages: what a matched probe has taken out of the queue, to be received.

A message of the layer carries in `_from` where it came from, (state of the
communicator, status of the probe), where the run is recorded.
"""

from __future__ import annotations

import functools
import sys
import time

from mpi4py import MPI

from .calls import Row
from .data import OBJECT, describe
from .errors import unlayered
from .methods import ENVIRONMENT, PLAIN, error_text, next_request
from .requests import Request, poll_of
from .state import STATES
from .substitute import Substitute, substitute, substituted
from .wait import next_seq, wait

_Plain = PLAIN["Message"]
_NO_PROC = MPI.MESSAGE_NO_PROC


@substitute
class Message(_Plain, metaclass=Substitute):
    _from = None


def taken(found, state, status):
    """A message that a recorded probe has found."""
    message = substituted(found)
    if message is not MPI.MESSAGE_NO_PROC:
        message._from = (state, status)
    return message


def _plain_constant(message):
    """mpi4py knows MESSAGE_NO_PROC, which stays when it is received, by identity."""
    return _NO_PROC if message is MPI.MESSAGE_NO_PROC else message


_ROWS = {
    name: Row(name, "recv", buffer=name in ("Recv", "Irecv"), nonblocking=name[0] in "Ii")
    for name in ("Recv", "recv", "Irecv", "irecv")
}
_TESTS = {
    "Recv": (PLAIN["Request"].Test, lambda tested: tested, lambda _: None),
    "recv": (PLAIN["Request"].test, lambda tested: tested[0], lambda tested: tested[1]),
}


def _receive(name: str):
    start = getattr(_Plain, "Irecv" if name == "Recv" else "irecv")
    test, done, result = _TESTS[name]
    row = _ROWS[name]

    def receive(self, status, *buffer):
        t0 = time.perf_counter()
        seq = next_seq()
        source = getattr(self, "_from", None)
        seen = MPI.Status() if status is None and source else status
        remarks = None
        try:
            request = start(_plain_constant(self), *buffer)
            tested = test(request, seen)
            if not done(tested):
                call = (_WAIT, None, (), seq)
                (tested,) = wait(poll_of(test, request, done), seen, call, (request,))
            return result(tested)
        except BaseException as raised:
            remarks = (error_text(raised),)
            unlayered(raised)
            raise
        finally:
            if source:
                got = None if remarks else MPI.Status(seen)
                data = _data(source, buffer, None, got)
                ENVIRONMENT.record(seq, t0, sys._getframe(2), row, source[0], data, remarks)

    if name == "Recv":

        def method(self, buf, status=None):
            return receive(self, status, buf)
    else:

        def method(self, status=None):
            return receive(self, status)

    return method


_WAIT = Row("Wait", "wait")


def _data(source, buffer, number, status):
    probed = source[1]
    description = describe(buffer[0]) if buffer else OBJECT
    return (description, probed.source, probed.tag, number, status)


def _start(name: str):
    plain = getattr(_Plain, name)
    row = _ROWS[name]

    def method(self, *buffer):
        t0 = time.perf_counter()
        request = Request(plain(_plain_constant(self), *buffer))
        source = getattr(self, "_from", None)
        if source:
            number = next_request()
            data = _data(source, buffer, number, None)
            request._rb = (number, row, source[0], data, None)
            ENVIRONMENT.record(next_seq(), t0, sys._getframe(1), row, source[0], data)
        return request

    return method


def _probe(name: str):
    improbe = _Plain.Iprobe if name == "Probe" else _Plain.iprobe
    row = Row(name, "probe", buffer=name == "Probe")

    def method(cls, comm, source=MPI.ANY_SOURCE, tag=MPI.ANY_TAG, status=None):
        seen = MPI.Status() if status is None else status
        probe = functools.partial(improbe, comm, source, tag)
        found = probe(seen)
        state = STATES.of(comm)
        if found is None:
            found = wait(probe, seen, (row, state, (source, tag, None), 0))
        return taken(found, state, MPI.Status(seen))

    return classmethod(method)


def methods() -> dict[str, dict]:
    """Methods of Message by class and name."""
    made = {name: _receive(name) for name in ("Recv", "recv")}
    made |= {name: _start(name) for name in ("Irecv", "irecv")}
    made |= {name: _probe(name) for name in ("Probe", "probe")}
    return {"Message": made}
