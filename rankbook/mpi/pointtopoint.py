"""Point-to-point methods that take more than one operation, written out by hand.

Each body waits cooperatively and knows nothing of recording; `BODIES` gives them by
the name of their row.
"""

from __future__ import annotations

import warnings

import mpi4py
from mpi4py import MPI

from .data import OBJECT, array_type, describe
from .wait import GATE, wait

_Comm = MPI.Comm
_Irecv, _Isend = _Comm.Irecv, _Comm.Isend
_irecv, _isend = _Comm.irecv, _Comm.isend
_improbe, _iprobe = _Comm.improbe, _Comm.iprobe
_message_irecv = MPI.Message.irecv


def recv(self, call, buf, source, tag, status, *, sent=()):
    """`recv`: find the message, however long it is, then receive just that one.

    `sent`: the request of a send that the same call waits for.
    """
    both = (None, *sent) if sent else ()
    if buf is not None:
        told = "the 'buf' argument is deprecated (the source is named: recv(source=0))"
        warnings.warn(told, UserWarning, stacklevel=4)
        request = _irecv(self, buf, source, tag)
    elif mpi4py.rc.recv_mprobe:
        message = _improbe(self, source, tag, status)
        if message is None:
            message = wait(lambda s: _improbe(self, source, tag, s), status, call, both)
        request = _message_irecv(message)
    else:
        status = MPI.Status() if status is None else status
        if not _iprobe(self, source, tag, status):
            wait(lambda s: _iprobe(self, source, tag, s), status, call, both)
        size = status.Get_count(MPI.BYTE)
        request = _irecv(self, bytearray(size), status.source, status.tag)
    done = request.test(status)
    if not done[0]:
        done = wait(_tested(request), status, call, (request, *sent))
    return done[1]


def _tested(request):
    def test(status):
        done = request.test(status)
        return done if done[0] else None

    return test


def sendrecv(self, call, sendobj, dest, sendtag, recvbuf, source, recvtag, status):
    sent = _isend(self, sendobj, dest, sendtag)
    if GATE.sleeper:
        GATE.sleeper.sent(self, dest)
    try:
        received = recv(self, call, recvbuf, source, recvtag, status, sent=(sent,))
    except BaseException:
        GATE.orphans.append(sent)
        raise
    if not sent.Test():
        wait(sent.Test, None, call, (MPI.REQUEST_NULL, sent))
    return received


def Sendrecv(self, call, sendbuf, dest, sendtag, recvbuf, source, recvtag, status):
    received = _Irecv(self, recvbuf, source, recvtag)
    try:
        sent = _Isend(self, sendbuf, dest, sendtag)
    except BaseException:
        received.Cancel()
        received.Wait()
        raise
    if GATE.sleeper:
        GATE.sleeper.sent(self, dest)
    both = (received, sent)
    if not received.Test(status):
        wait(received.Test, status, call, both)
    if not sent.Test():
        wait(sent.Test, None, call, both)


def Sendrecv_replace(self, call, buf, dest, sendtag, source, recvtag, status):
    """By a copy: the status of MPICH's Isendrecv_replace says nothing of the message."""
    try:
        copied = _copy(buf)
    except (TypeError, ValueError, BufferError):
        return _Comm.Sendrecv_replace(self, buf, dest, sendtag, source, recvtag, status)
    return Sendrecv(self, call, copied, dest, sendtag, buf, source, recvtag, status)


def _copy(buffer):
    """A buffer argument with its memory copied."""
    if buffer is None:
        return None
    if isinstance(buffer, (list, tuple)):
        return type(buffer)([_copy(buffer[0]), *buffer[1:]])
    if type(buffer) is array_type():
        return buffer.copy()
    view = memoryview(buffer)
    copied = memoryview(bytearray(view))
    return copied if view.format == "B" else copied.cast(view.format)


def recv_data(buf, source, tag, status):
    return (OBJECT, source, tag, None, status)


def sendrecv_data(sendobj, dest, sendtag, recvbuf, source, recvtag, status):
    return (OBJECT, dest, sendtag, OBJECT, source, recvtag, None, status)


def Sendrecv_data(sendbuf, dest, sendtag, recvbuf, source, recvtag, status):
    return (
        describe(sendbuf),
        dest,
        sendtag,
        describe(recvbuf),
        source,
        recvtag,
        None,
        status,
    )


def Sendrecv_replace_data(buf, dest, sendtag, source, recvtag, status):
    known = describe(buf)
    return (known, dest, sendtag, known, source, recvtag, None, status)


#: By name: the body, and what is recorded of its arguments.
BODIES = {
    "recv": (recv, recv_data),
    "sendrecv": (sendrecv, sendrecv_data),
    "Sendrecv": (Sendrecv, Sendrecv_data),
    "Sendrecv_replace": (Sendrecv_replace, Sendrecv_replace_data),
}
