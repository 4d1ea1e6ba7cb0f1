"""The record of a rank's MPI calls, in bounded memory, and its form for the kernel.

The hot path appends a tuple

    (seq, t0, t1, code, instruction, row, state, remarks, *fields)

and nothing else; `Recorder.drain` turns tuples into `CallRecord`s of
src/protocol/trace.ts in another thread. `remarks` is None or (error or None, *marks), where a
number among the marks is that of what a `Start` has started;
`fields` are, by kind of the row:

    send        description, dest, tag, request
    recv        description, source, tag, request, status
    sendrecv    sent, dest, tag, received, source, tag, request, status
    probe       source, tag, status
    collective  index, description, root, op, request, received or own (where the row has it)
    wait        requests, completed, statuses by request
    other       request, prepared or None, started or None, locks or access or None

It is flat since thousands of them are kept: what a call costs is to a good part the memory
that its record and the oldest one, which it displaces, touch.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from mpi4py import MPI

from .data import UNKNOWN, Asked, beyond, given_counts, measures
from .lines import Lines
from .state import State
from .wait import Waiting

#: Calls kept between two drains, of one rank and of all; the oldest go first. At the end of a
#: cell, each of them takes some 10 us of a core, and while it runs, more than fit into the
#: caches of a core make each call slower.
CAPACITY, CAPACITY_OF_ALL = 10000, 80000
#: Calls a second up to which a running rank is drained, of one and of all: making them ready
#: takes a part of the rank's time, and of its core's.
FASTEST, FASTEST_OF_ALL = 5000, 20000

_PEERS = {MPI.ANY_SOURCE: -1, MPI.PROC_NULL: -2}


def clock_offset() -> float:
    """What to add to `perf_counter` to get `time.time`, by the closest of some readings."""
    readings = []
    for _ in range(10):
        before = time.perf_counter()
        now = time.time()
        after = time.perf_counter()
        readings.append((after - before, now - (before + after) / 2))
    return min(readings)[1]


def peer(rank: float) -> int:
    """mpi4py takes any number for a rank, as `size / 2`, and leaves its fraction out."""
    rank = int(rank)
    return _PEERS.get(rank, rank)


def tag_number(tag: float) -> int:
    return -1 if tag == MPI.ANY_TAG else int(tag)


class Recorder:
    """Keeps calls and the communicators they name until the agent sends them."""

    def __init__(self, ranks: int):
        self.capacity = min(CAPACITY, CAPACITY_OF_ALL // ranks)
        self._fastest = min(FASTEST, FASTEST_OF_ALL // ranks)
        self.calls: deque = deque(maxlen=self.capacity)
        self.add = self.calls.append
        self.offset = clock_offset()
        self.lines = Lines(None)
        self.cell: str | None = None
        self._sequence_drained = 0
        #: When the calls that are kept began to come.
        self._since = time.perf_counter()
        self._states_sent: list[State] = []
        self._whole = False
        self._draining = threading.Lock()

    @property
    def filling(self) -> bool:
        """It is time to drain, or calls will be lost; false once they are, or will be in any
        case, since they come too fast."""
        kept = len(self.calls)
        if not self.capacity // 2 < kept < self.capacity:
            return False
        return kept < self._fastest * (time.perf_counter() - self._since)

    @property
    def used(self) -> list[State] | None:
        """The communicators of the calls of this run, not each once; None if not all are known."""
        if not self._whole or len(self.calls) == self.capacity:
            return None
        return [*self._states_sent, *(record[6] for record in self.calls)]

    def begin(self, cell: str | None, last_seq: int, whole: bool) -> None:
        """`whole`: all calls are recorded."""
        self._whole = whole
        self.calls.clear()
        self.cell = cell
        self.lines = Lines(cell)
        self._sequence_drained = last_seq
        self._since = time.perf_counter()
        for state in self._states_sent:
            state.sent = False
        self._states_sent = []

    def drain(self, limit: int, waiting: Waiting | None, names) -> tuple[dict, int]:
        """Up to `limit` calls as TracePayload, and how many were lost before them."""
        with self._draining:
            self._since = time.perf_counter()
            return self._drain(limit, waiting, names)

    def _drain(self, limit: int, waiting: Waiting | None, names) -> tuple[dict, int]:
        comms: list[dict] = []
        calls: list[dict] = []
        dropped = 0
        overflown = False
        for _ in range(min(limit, len(self.calls))):
            # Gaps in the numbers alone prove nothing: not every call is recorded, and those of
            # other threads come out of order.
            overflown = overflown or len(self.calls) == self.capacity
            record = self.calls.popleft()
            if overflown and record[0] > self._sequence_drained + 1:
                dropped += record[0] - self._sequence_drained - 1
                overflown = False
            self._sequence_drained = max(self._sequence_drained, record[0])
            if record[6] is not None:
                self._announce(record[6], comms, names)
            calls.append(self.encode(record))
        if waiting is not None:
            for state in states_of(waiting):
                self._announce(state, comms, names)
        self._whole = self._whole and not dropped
        return {"comms": comms, "calls": calls}, dropped

    def _announce(self, state: State, comms: list[dict], names) -> None:
        if state.sent:
            return
        state.sent = True
        self._states_sent.append(state)
        record = {"id": state.id, "members": state.members, "name": names(state)}
        if state.remote is not None:
            record["remote"] = state.remote
        comms.append(record)

    def encode(self, record: tuple) -> dict:
        seq, t0, t1, code, instruction, row, state, remarks, *fields = record
        call = {
            "seq": seq,
            "name": row.name,
            "kind": row.kind,
            "buffer": row.buffer,
            "nonblocking": row.nonblocking,
            "t0": t0 + self.offset,
            "t1": None if t1 is None else t1 + self.offset,
            **self.lines.where(code, instruction),
        }
        _ENCODERS[row.kind](call, row, state, *fields)
        if remarks:
            error, *marks = remarks
            if error:
                call["error"] = error
            if marks and isinstance(marks[0], int):
                call["starts"] = marks[0]
            elif marks:
                call["marks"] = marks
        return call


def states_of(waiting: Waiting) -> list[State]:
    if waiting.row.kind != "wait":
        return [waiting.comm]
    started = [getattr(request, "_rb", None) for request in waiting.requests]
    return [operation[2] for operation in started if operation]


def envelope(state: State, rank: int, tag: int, description: tuple) -> dict:
    return {
        "comm": state.id,
        "peer": peer(rank),
        "tag": tag_number(tag),
        **measures(description),
    }


def matched(status: MPI.Status | None) -> dict | None:
    """What a receive got; None where it was cancelled or got nothing."""
    if status is None:
        return None
    got = {
        "peer": peer(status.source),
        "tag": tag_number(status.tag),
        "bytes": status.Get_count(MPI.BYTE),
    }
    if type(status) is Asked:
        got["asked"] = True
    return got


def _send(call, row, state, description, dest, tag, request):
    call["send"] = {
        **envelope(state, dest, tag, description),
        "synchronous": row.synchronous,
    }
    if request is not None:
        call["request"] = request


def _recv(call, row, state, description, source, tag, request, status):
    call["recv"] = envelope(state, source, tag, description)
    if request is not None:
        call["request"] = request
    else:
        call["recv"]["got"] = matched(status)


def _sendrecv(
    call, row, state, sent, dest, send_tag, received, source, receive_tag, request, status
):
    _send(call, row, state, sent, dest, send_tag, request)
    _recv(call, row, state, received, source, receive_tag, request, status)


def _probe(call, row, state, source, tag, status):
    got = matched(status)
    call["recv"] = envelope(state, source, tag, (None, None, None))
    call["recv"]["got"] = got


def _collective(call, row, state, index, description, root, op, request, beside=UNKNOWN):
    call["collective"] = {
        "comm": state.id,
        "index": index,
        "root": None if root is None else peer(root),
        "op": op_name(op),
        **measures(description),
        **given_counts(description),
    }
    if not state.inter:
        call["collective"] |= beyond(description) or beyond(beside)
    if beside[1] is not None:
        name = "own" if row.own else "received"
        call["collective"][name] = {**measures(beside), **given_counts(beside)}
    if request is not None:
        call["request"] = request


def _wait(call, row, state, requests, completed, statuses):
    call["requests"] = list(requests)
    call["completed"] = list(completed)
    if statuses:
        call["got"] = {number: matched(status) for number, status in statuses.items()}


def _other(call, row, state, request=None, prepared=None, started=None, window=None):
    if request is not None:
        call["request"] = request
    if prepared is not None:
        number, what, description, rank, tag, *_ = prepared
        call["prepared"] = {"id": number, "what": what, **envelope(state, rank, tag, description)}
    if started is not None:
        index, times = started
        call["starts"] = {"comm": state.id, "index": index, "round": times}
    if window is not None:
        what, more = window
        call[what] = {"comm": state.id, **more}


_ENCODERS = {
    "send": _send,
    "recv": _recv,
    "sendrecv": _sendrecv,
    "probe": _probe,
    "collective": _collective,
    "wait": _wait,
    "other": _other,
}

_OPS = {
    getattr(MPI, name).handle: f"MPI.{name}"
    for name in "MAX MIN SUM PROD LAND BAND LOR BOR LXOR BXOR MAXLOC MINLOC REPLACE NO_OP".split()
}


def predefined(op) -> bool:
    """Is it one of MPI's own operators?"""
    return isinstance(op, MPI.Op) and op.handle in _OPS


def op_name(op) -> str | None:
    if op is None:
        return None
    if isinstance(op, MPI.Op):
        return _OPS.get(op.handle, "user-defined")
    return getattr(op, "__name__", type(op).__name__)
