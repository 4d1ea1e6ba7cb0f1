"""Barrier and small sums of COMM_WORLD in memory that the ranks of a machine share.

With more ranks than cores, what a collective costs is how often each rank has to be woken.
MPI's take several messages a rank; here each rank writes down that it has come, and with
what, and the last one wakes the others. Where ranks turn out not to have come with the
same (another collective, other types or counts, buffers of another kind), MPI does it.

A word stands for one rank at one meeting: communicator and number of the meeting, and what
the rank brings. Words and data of two meetings are kept: no rank begins a third before all
have left the first.
"""

from __future__ import annotations

import math
import operator
import platform
import sys

from mpi4py import MPI

from .data import array_type
from .progress import PROGRESS
from .state import STATES, State
from .wait import GATE

#: Whether a rank that sees a word also sees what was written before it, without fences.
ORDERED = platform.machine().lower() in ("x86_64", "amd64")
#: Bytes of data that a rank can bring: MPICH adds longer vectors in another order.
MOST = 2048
#: Elements that it can bring: they are counted in 8 bits of a word.
MOST_ELEMENTS = 255

_Ibarrier, _Iallreduce = MPI.Comm.Ibarrier, MPI.Comm.Iallreduce
_BARRIER, _OTHER = 0xFFFF, 0
_INTEGERS = "bBhHiIlLqQ"
_FLOATS = "fd"
_TYPES = {code: number for number, code in enumerate(_INTEGERS + _FLOATS)}
#: MPI's operators: numpy's functions for them, and the types for which these do the same.
_OPS = {
    MPI.SUM.handle: (1, "add", _INTEGERS + _FLOATS),
    MPI.PROD.handle: (2, "multiply", _INTEGERS + _FLOATS),
    MPI.MAX.handle: (3, "maximum", _INTEGERS),
    MPI.MIN.handle: (4, "minimum", _INTEGERS),
    MPI.BAND.handle: (5, "bitwise_and", _INTEGERS),
    MPI.BOR.handle: (6, "bitwise_or", _INTEGERS),
    MPI.BXOR.handle: (7, "bitwise_xor", _INTEGERS),
}
#: The same for Python's numbers, which need less time.
_SINGLE = {MPI.SUM.handle: operator.add, MPI.PROD.handle: operator.mul}


def length(size: int) -> int:
    """Bytes of memory for so many ranks."""
    return 2 * size * (8 + MOST)


class Meetings:
    """The meetings of one communicator, as one of its members sees them."""

    def __init__(self, memory: memoryview, state: State):
        self.state, self.rank = state, state.rank
        self.size = size = state.size
        self._bytes = [memory[at : at + 8 * size] for at in (0, 8 * size)]
        self._words = [part.cast("Q") for part in self._bytes]
        self._memory = memory[16 * size :]
        self._rows: dict = {}
        self._count = 0
        self._moves = state.moves

    def come(self, brought: int) -> tuple[int, int]:
        """Write down that this rank has come to the next meeting. Gives which half of the
        memory the meeting has, and its number."""
        state = self.state
        if self._moves != state.moves:
            self._moves, self._count = state.moves, 0
        self._count = count = (self._count + 1) & 0xFFFFFF
        half = count & 1
        number = (state.key & 0xFFFFFF) << 24 | count
        self._words[half][self.rank] = number << 16 | brought
        return half, number

    def rows(self, dtype, half: int):
        """What the ranks have brought: an array with a row for each."""
        both = self._rows.get(dtype)
        if both is None:
            numpy = sys.modules["numpy"]
            both = numpy.frombuffer(self._memory, dtype).reshape(2, self.size, -1)
            self._rows[dtype] = both
        return both[half]

    @property
    def next_half(self) -> int:
        return 1 if self._moves != self.state.moves else (self._count + 1) & 1


class Meeting:
    """One meeting, in the place of the request of a collective."""

    __slots__ = (
        "_all",
        "_bytes",
        "_finish",
        "_missing",
        "_number",
        "_request",
        "_start",
        "_state",
        "_words",
    )

    def __init__(self, meetings: Meetings, brought: int, start, finish):
        """`finish`, called when all have come with the same, is false if MPI is to do it
        after all; `start` gives MPI's request."""
        half, number = meetings.come(brought)
        self._number = number
        self._all = (number << 16 | brought).to_bytes(8, sys.byteorder) * meetings.size
        self._bytes, self._words = meetings._bytes[half], meetings._words[half]
        self._start, self._finish = start, finish
        self._request = None
        self._state = meetings.state
        #: The last rank that had not come when it was looked for, in descending order.
        self._missing = meetings.size - 1
        if self._bytes == self._all:
            GATE.sleeper.wake_members(meetings.state)

    def Test(self, status=None) -> bool:
        if self._request is None:
            words, number = self._words, self._number
            at = self._missing
            while at >= 0:
                if words[at] >> 16 != number:
                    self._missing = at
                    PROGRESS.turn()
                    return False
                at -= 1
            # All have come, and their words stay.
            if self._bytes == self._all and (self._finish is None or self._finish()):
                return True
            self._request = self._start()
            _announce(self._state)
        return self._request.Test(status)


def barrier(self):
    """As `Ibarrier`."""
    state = _state(self)
    meetings = state.meetings
    if meetings is None:
        request = _Ibarrier(self)
        _announce(state)
        return request
    return Meeting(meetings, _BARRIER, lambda: _Ibarrier(self), None)


def allreduce(self, sendbuf, recvbuf, op=MPI.SUM):
    """As `Iallreduce`."""
    state = _state(self)
    meetings = state.meetings
    known = None if meetings is None else _summands(sendbuf, recvbuf, op)
    if known is None:
        request = _Iallreduce(self, sendbuf, recvbuf, op)
        if meetings is not None:
            meetings.come(_OTHER)
        _announce(state)
        return request
    brought, given, function = known
    numpy = sys.modules["numpy"]
    count = given.size
    single = count == 1 and given.dtype.char == "d" and _SINGLE.get(op.handle)
    rows = meetings.rows(given.dtype, meetings.next_half)[:, :count]
    rows[meetings.rank] = given.reshape(-1)

    def finish() -> bool:
        if single:
            result = _combined_numbers(rows[:, 0].tolist(), single)
            if math.isnan(result):
                return False
        elif given.dtype.char in _FLOATS:
            with numpy.errstate(all="ignore"):
                result = _combined(rows, function, numpy)
            # Which of two NaN is taken depends on the order of the operands.
            if numpy.isnan(result).any():
                return False
        else:
            result = _combined(rows, function, numpy)
        recvbuf.reshape(-1)[:] = result
        return True

    return Meeting(meetings, brought, lambda: _Iallreduce(self, sendbuf, recvbuf, op), finish)


def _announce(state: State) -> None:
    """This rank is in the collective of MPI that it has begun last."""
    if GATE.sleeper:
        GATE.sleeper.arrived(state, state.collectives - 1)


def _combined(rows, function, numpy):
    """In the order of MPICH's recursive doubling: neighbours, then pairs of neighbours.
    Ranks beyond a power of two come to their neighbours first."""
    size = len(rows)
    over = size - (1 << (size.bit_length() - 1))
    if over:
        first = function(rows[0 : 2 * over : 2], rows[1 : 2 * over : 2])
        rows = numpy.concatenate((first, rows[2 * over :]))
    while len(rows) > 1:
        rows = function(rows[0::2], rows[1::2])
    return rows[0]


def _combined_numbers(numbers: list, function):
    """The same for one number a rank."""
    size = len(numbers)
    over = size - (1 << (size.bit_length() - 1))
    if over:
        head = numbers[: 2 * over]
        numbers = [*map(function, head[0::2], head[1::2]), *numbers[2 * over :]]
    while len(numbers) > 1:
        numbers = list(map(function, numbers[0::2], numbers[1::2]))
    return numbers[0]


def _state(comm) -> State:
    try:
        return comm._c
    except AttributeError:
        return STATES.of(comm)


def _summands(sendbuf, recvbuf, op):
    """What a rank brings, its array and the function; None if MPI is to do it."""
    kind = array_type()
    given = recvbuf if sendbuf is MPI.IN_PLACE else sendbuf
    if type(given) is not kind or type(recvbuf) is not kind or not isinstance(op, MPI.Op):
        return None
    known = _OPS.get(op.handle)
    dtype = given.dtype
    type_number = _TYPES.get(dtype.char)
    if (
        known is None
        or type_number is None
        or dtype.char not in known[2]
        or recvbuf.dtype != dtype
        or not dtype.isnative
        or recvbuf.size != given.size
        or not 0 < given.size <= MOST_ELEMENTS
        or given.nbytes > MOST
        or not (given.flags.c_contiguous and recvbuf.flags.carray)
    ):
        return None
    numpy = sys.modules["numpy"]
    if sendbuf is not MPI.IN_PLACE and numpy.may_share_memory(given, recvbuf):
        return None
    brought = known[0] << 12 | type_number << 8 | given.size
    return brought, given, getattr(numpy, known[1])
