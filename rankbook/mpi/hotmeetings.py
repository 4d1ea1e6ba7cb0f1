"""`Barrier` and `Allreduce` of one number, where ranks share cores and meet in memory.

They do what `meeting` does for the others, in one piece: when a rank gets its turn on a
core, the processor finds nothing of it in its caches, and what counts is how little it
touches. What takes longer than a few turns, and whatever is unusual, goes the general way.
"""

from __future__ import annotations

from mpi4py import MPI

from .calls import GENERATED
from .meeting import BARRIER, MASK, SINGLES, Meeting, combined_numbers, finish_numbers
from .methods import ENVIRONMENT
from .wait import wait

#: After each: the record of the call, made by the line of the cell.
RECORD_TEXT = """\
    frame = getframe(1)
    code = frame.f_code
    if code.co_filename == cell: at = frame.f_lasti
    else: code, at = place(frame, cell)
    t1 = clock()
    add((seq, t0, t1, code, at, ROW, c, None, {fields}))
    if t1 - t0 > LONG and swift: be_wary()
"""

BARRIER_TEXT = """\
def Barrier(self):
    try: c = self._c
    except AttributeError: return general(self)
    m = c.meetings
    if m is None: return general(self)
    t0 = clock()
    index = c.collectives
    c.collectives = index + 1
    m.count = count = m.count + 1 & MASK
    word = m.base | count << 16 | BARRIER
    words = m.words[count & 1]
    words[m.rank] = word
    came = words.tolist
    seq = next_seq()
    if came().count(word) == m.size:
        if asleep.tobytes() != nobody: wake_members(c)
    elif not swift or not take_turns(came, word, m.size):
        try: come_apart(m, word, (ROW, c, ({fields}), seq), lambda: Ibarrier(self), None)
        except BaseException as error:
            failed(error, seq, t0, getframe(1), ROW, c, ({fields}), None)
            raise
"""

ALLREDUCE_TEXT = """\
def Allreduce(self, sendbuf, recvbuf, op=SUM):
    try:
        c = self._c
        m = c.meetings
        brought, combine = singles[op.handle]
        if (
            m is None
            or type(sendbuf) is not ndarray
            or type(recvbuf) is not ndarray
            or sendbuf.dtype is not double
            or recvbuf.dtype is not double
            or sendbuf.size != 1
            or recvbuf.size != 1
            or sendbuf is recvbuf
            or sendbuf.base is not None
            or recvbuf.base is not None
            or not recvbuf.flags.writeable
        ): return general(self, sendbuf, recvbuf, op)
    except (AttributeError, KeyError, TypeError): return general(self, sendbuf, recvbuf, op)
    t0 = clock()
    index = c.collectives
    c.collectives = index + 1
    m.count = count = m.count + 1 & MASK
    word = m.base | count << 16 | brought
    half = count & 1
    words = m.words[half]
    numbers = m.numbers[half]
    numbers[m.rank] = sendbuf.item()
    words[m.rank] = word
    came = words.tolist
    seq = next_seq()
    alike = came().count(word) == m.size
    if alike:
        if asleep.tobytes() != nobody: wake_members(c)
    else:
        alike = swift and take_turns(came, word, m.size)
    if alike:
        result = combined_numbers(numbers.tolist(), combine)
        if result == result: recvbuf.fill(result)
        else: alike = False
    if not alike:
        try:
            come_apart(
                m, word, (ROW, c, ({fields}), seq),
                lambda: Iallreduce(self, sendbuf, recvbuf, op),
                finish_numbers(numbers, recvbuf, combine),
            )
        except BaseException as error:
            failed(error, seq, t0, getframe(1), ROW, c, ({fields}), None)
            raise
"""


def come_apart(meetings, word: int, call, start, finish) -> None:
    """Wait for those who have not come yet, or let MPI do it after all."""
    request = Meeting(meetings, word >> 16 & 1, word, start, finish)
    if not request.Test():
        wait(request.Test, None, call, (request,))


def hot_meetings(functions: dict) -> dict:
    """`Barrier` and `Allreduce`; `functions` are the general ones."""
    names = {
        "MASK": MASK,
        "BARRIER": BARRIER,
        "come_apart": come_apart,
        "Ibarrier": MPI.Comm.Ibarrier,
        "Iallreduce": MPI.Comm.Iallreduce,
        "singles": SINGLES,
        "combined_numbers": combined_numbers,
        "finish_numbers": finish_numbers,
    }
    rows = {row.name: row for row in GENERATED}
    return {
        name: ENVIRONMENT.define(
            rows[name],
            (text + RECORD_TEXT).format(fields=fields),
            general=functions[name],
            **names,
        )
        for name, text, fields in (
            ("Barrier", BARRIER_TEXT, "index, UNKNOWN, None, None, None"),
            ("Allreduce", ALLREDUCE_TEXT, "index, (1, double), None, op, None"),
        )
    }
