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
from .progress import turn
from .state import STATES, State
from .wait import GATE

#: Whether a rank that sees a word also sees what was written before it, without fences.
ORDERED = platform.machine().lower() in ("x86_64", "amd64")
#: Bytes of data that a rank can bring: MPICH adds longer vectors in another order.
MOST = 2048
#: Elements that it can bring: they are counted in 8 bits of a word.
MOST_ELEMENTS = 255

_Ibarrier, _Iallreduce = MPI.Comm.Ibarrier, MPI.Comm.Iallreduce
#: What a rank brings to a Barrier, and to a meeting that MPI holds for it.
BARRIER, _OTHER = 0xFFFF, 0
#: Of the number of a meeting in its words.
MASK = 0xFFFFFF
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
#: For one float64 a rank, by operator: what a rank brings, and the function for Python's
#: numbers, which need less time.
SINGLES = {
    op.handle: (_OPS[op.handle][0] << 12 | _TYPES["d"] << 8 | 1, function)
    for op, function in ((MPI.SUM, operator.add), (MPI.PROD, operator.mul))
}


def length(size: int) -> int:
    """Bytes of memory for so many ranks."""
    return 2 * size * (8 + 8 + MOST)


class Meetings:
    """The meetings of one communicator, as one of its members sees them."""

    def __init__(self, memory: memoryview, state: State):
        self.state, self.rank = state, state.rank
        self.size = size = state.size
        parts = [memory[at : at + 8 * size] for at in range(0, 32 * size, 8 * size)]
        #: By half: the words of all ranks.
        self.words = [part.cast("Q") for part in parts[:2]]
        #: By half: a floating-point number of each rank.
        self.numbers = [part.cast("d") for part in parts[2:]]
        self._memory = memory[32 * size :]
        self._rows: dict = {}
        self.moved()

    def moved(self) -> None:
        """The communicator has a clean handle, on which nobody has met."""
        #: Meetings so far; the last bit says which half of the memory one has.
        self.count = 0
        #: The communicator's part of a word.
        self.base = (self.state.key & 0xFFFFFF) << 40

    def come(self, brought: int) -> tuple[int, int]:
        """Write down that this rank has come to the next meeting, with what it has put
        there before. Gives which half of the memory the meeting has, and the word."""
        self.count = count = self.count + 1 & MASK
        half = count & 1
        word = self.base | count << 16 | brought
        self.words[half][self.rank] = word
        return half, word

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
        return self.count + 1 & 1


class Meeting:
    """One meeting, in the place of the request of a collective."""

    __slots__ = ("_finish", "_meetings", "_missing", "_request", "_start", "_word", "_words")

    def __init__(self, meetings: Meetings, half: int, word: int, start, finish):
        """`word`: what this rank has written down. `finish`, called when all have come with
        the same, is false if MPI is to do it after all; `start` gives MPI's request."""
        self._word = word
        self._words = meetings.words[half]
        self._meetings = meetings
        self._start, self._finish = start, finish
        self._request = None
        #: The last rank that had not come when it was looked for, in descending order.
        self._missing = meetings.size - 1
        if self._all_came():
            GATE.sleeper.wake_members(meetings.state)

    def _all_came(self) -> bool:
        words, at = self._words, self._missing
        number = self._word >> 16
        while words[at] >> 16 == number:
            if not at:
                return True
            at -= 1
        self._missing = at
        return False

    def Test(self, status=None) -> bool:
        if self._request is None:
            if not self._all_came():
                turn()
                return False
            # Their words stay until all have left.
            word = self._word
            alike = self._words.tolist() == [word] * self._meetings.size
            if alike and (self._finish is None or self._finish()):
                return True
            self._request = self._start()
            _announce(self._meetings.state)
        return self._request.Test(status)


def barrier(self):
    """As `Ibarrier`."""
    state = _state(self)
    meetings = state.meetings
    if meetings is None:
        request = _Ibarrier(self)
        _announce(state)
        return request
    return Meeting(meetings, *meetings.come(BARRIER), lambda: _Ibarrier(self), None)


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
    single, combine = SINGLES.get(op.handle, (0, None))
    if brought == single:
        numbers = meetings.numbers[meetings.next_half]
        numbers[meetings.rank] = given.item()
        finish = finish_numbers(numbers, recvbuf, combine)
    else:
        finish = _sum_of_rows(meetings, given, recvbuf, function)
    return Meeting(
        meetings,
        *meetings.come(brought),
        lambda: _Iallreduce(self, sendbuf, recvbuf, op),
        finish,
    )


def finish_numbers(numbers, recvbuf, function):
    """What finishes a meeting to which each rank has brought one number."""

    def finish() -> bool:
        result = combined_numbers(numbers.tolist(), function)
        # Which of two NaN is taken depends on the order of the operands.
        if math.isnan(result):
            return False
        recvbuf.fill(result)
        return True

    return finish


def _sum_of_rows(meetings: Meetings, given, recvbuf, function):
    """Bring an array; gives what finishes the meeting."""
    numpy = sys.modules["numpy"]
    rows = meetings.rows(given.dtype, meetings.next_half)[:, : given.size]
    rows[meetings.rank] = given.reshape(-1)

    def finish() -> bool:
        if given.dtype.char in _FLOATS:
            with numpy.errstate(all="ignore"):
                result = _combined(rows, function, numpy)
            if numpy.isnan(result).any():
                return False
        else:
            result = _combined(rows, function, numpy)
        recvbuf.reshape(-1)[:] = result
        return True

    return finish


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


def combined_numbers(numbers: list, function):
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
    given = recvbuf if sendbuf is MPI.IN_PLACE else sendbuf
    try:
        known = _KNOWN[op.handle, given.dtype]
    except (AttributeError, KeyError, TypeError):
        known = _known(op, given)
    kind = array_type()
    if known is None or type(given) is not kind or type(recvbuf) is not kind:
        return None
    count = given.size
    if recvbuf.size != count or not 0 < count <= MOST_ELEMENTS or given.nbytes > MOST:
        return None
    if recvbuf.dtype != given.dtype or not recvbuf.flags.carray:
        return None
    numpy = sys.modules["numpy"]
    if sendbuf is not MPI.IN_PLACE and (
        not given.flags.c_contiguous or numpy.may_share_memory(given, recvbuf)
    ):
        return None
    return known[0] | count, given, known[1]


#: What `_known` has found.
_KNOWN: dict = {}


def _known(op, given):
    """The operator and the type as parts of a word, and numpy's function; None if MPI is
    to do it."""
    dtype = getattr(given, "dtype", None)
    if not isinstance(op, MPI.Op) or type(given) is not array_type() or not dtype.isnative:
        return None
    number, name, types = _OPS.get(op.handle, (0, "", ""))
    type_number = _TYPES.get(dtype.char)
    if type_number is None or dtype.char not in types:
        return None
    known = (number << 12 | type_number << 8, getattr(sys.modules["numpy"], name))
    _KNOWN[op.handle, dtype] = known
    return known
