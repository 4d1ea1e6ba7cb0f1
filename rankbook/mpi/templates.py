"""Texts of the generated methods, filled in from the rows of `calls`.

Each row gives two functions: a bare one that only waits cooperatively, and one that
records too. A body posts the operation before it looks at anything else, so that most
of its own time passes while the message travels. If posting raises, it calls the
blocking form of mpi4py with the same arguments: that finds the same fault and raises
the error that the user would have got.
"""

from __future__ import annotations

from functools import cache
from textwrap import indent

from .calls import Row

STATE = """\
    try: c = self._c
    except AttributeError: c = state(self)
"""

# -- waiting only --------------------------------------------------------------------

BARE_SEND = """\
def {name}(self, {signature}):
    try: r = inner(self{args})
    except MPIError: return plain(self{args})
{started}    if not r.Test():
        wait(r.Test, None, (ROW, state(self), ({describe}, dest, tag, None), 0), (r,))
"""

BARE_RECV = """\
def {name}(self, {signature}):
    try: r = inner(self, buf, source, tag)
    except MPIError: return plain(self{args})
    t = r.Test
    if not ({spin_status}):
        wait(t, status, (ROW, state(self), ({describe}, source, tag, None, None), 0), (r,))
"""

BARE_COLLECTIVE = """\
def {name}(self{signature_}):
    try: c = self._c
    except AttributeError: c = state(self)
    if {apart}: return plain(self{args})
    index = c.collectives
    c.collectives = index + 1
    try: r = inner(self{args})
    except BaseException as error:
        c.collectives = index
        if isinstance(error, MPIError): return plain(self{args})
        raise
{started}    t = r.Test
    if not ({spin}):
        wait(t, None, (ROW, c, (index, {describe}, {root}, {op}, None), 0), (r,))
"""

BARE_START = """\
def {name}(self{signature_}):
    r = Kind(inner(self{args}))
{started}    return r
"""

BARE_START_COLLECTIVE = """\
def {name}(self{signature_}):
    try: c = self._c
    except AttributeError: c = state(self)
    index = c.collectives
    r = Kind(inner(self{args}))
    c.collectives = index + 1
{started}    return r
"""

BARE_PROBE = """\
def {name}(self, {signature}):
    found = inner(self, source, tag, status)
    if not found:
        found = wait(lambda s: inner(self, source, tag, s), status,
            (ROW, state(self), (source, tag, None), 0))
    return {bare_found}
"""

# -- waiting and recording -----------------------------------------------------------

RECORD = """\
    frame = getframe(1)
    code = frame.f_code
    if code.co_filename == cell: at = frame.f_lasti
    else: code, at = place(frame, cell)
    add((seq, t0, clock(), code, at, ROW, c, {remarks}, {fields}))
"""

#: Who sleeps until this has been started is woken, see `wakes`.
STARTED = {
    "send": "    if sent: sent(self, dest)\n",
    "sendrecv": "    if sent: sent(self, dest)\n",
    "collective": "    if arrived: arrived(c, index)\n",
}

#: These wake by themselves, see `meeting`.
MEETINGS = ("Barrier", "Allreduce")

#: Tests right after a receive or collective has been started, before anything is done
#: that only a longer wait needs. Where ranks share cores there is one, and then some
#: after yields.
SPIN, TURNS = 6, 3
#: MPICH's non-blocking collectives with a root get out of step between groups: ranks with
#: the root PROC_NULL return without counting them. There the blocking ones are used.
BETWEEN_GROUPS = "c.inter"

#: What MPI has refused is no collective for it either. What it has begun is one, though
#: it has failed.
UNCOUNT = """\
        begun = r is not None and isinstance(error, MPIError)
        if r is None and not ({apart}): c.collectives = index
"""

FAIL = """\
    except BaseException as error:
{uncount}\
        failed(error, locals().get('seq'), t0, getframe(1), ROW, state(self), ({fields}), {remarks})
        raise
"""

PLACE = """\
        frame = getframe(1)
        code = frame.f_code
        if code.co_filename == cell: at = frame.f_lasti
        else: code, at = place(frame, cell)
"""

SEND = """\
def {name}(self, {signature}):
    t0 = clock()
{prepare}\
    try:
        try: r = inner(self{inner_args})
        except MPIError: r = None
{state_inside}\
        if r is not None:
{started_within}            seq = next_seq()
            t = r.Test
            if not ({spin}):
                wait(t, None, (ROW, c, ({describe}, dest, tag, None), seq), (r,))
        else:
            plain(self{args})
            seq = next_seq()
{fail}{record}"""
SEND_FIELDS = "{describe}, dest, tag, None"

RECV = """\
def {name}(self, {signature}):
    t0 = clock()
    s = Status() if status is None else status
    try:
        try: r = inner(self, buf, source, tag)
        except MPIError: r = None
{state_inside}\
        seq = next_seq()
        d = {describe}
{place}\
        if r is not None:
            t = r.Test
            if not ({spin_s}):
                wait(t, s, (ROW, c, (d, source, tag, None, None), seq), (r,))
        else: plain(self{args})
{fail}    if status is not None: s = Asked(status)
    t1 = clock()
    add((seq, t0, t1, code, at, ROW, c, {remarks}, d, source, tag, None, s))
{wary}"""
RECV_FAIL = "{describe}, source, tag, None, None"

COLLECTIVE = """\
def {name}(self{signature_}):
    t0 = clock()
{state}\
    index = c.collectives
    c.collectives = index + 1
    r = None
    try:
        try:
            if not ({apart}): r = inner(self{args})
        except MPIError: pass
{started_inside}        seq = next_seq()
        d = {describe}
{beside_inside}\
{place}\
        if r is None: plain(self{args})
        else:
            t = r.Test
            if not ({spin}):
                wait(t, None, (ROW, c, (index, d, {root}, {op}, None), seq), (r,))
{fail}    t1 = clock()
    add((seq, t0, t1, code, at, ROW, c, {remarks}, index, d, {root}, {op}, None{and_beside}))
{wary}"""
COLLECTIVE_FIELDS = "index, {describe}, {root}, {op}, None{and_describe_beside}"

START_SOME = """\
def {name}(self{signature_}):
    t0 = clock()
{state}\
{count}\
{prepare}\
    seq = next_seq()
    n = next_request()
    try:
        r = Kind(inner(self{inner_args}))
{fail}{counted}{started}    d = {describe}
{beside}\
    r._rb = (n, ROW, c, ({fields}), {snapshot})
    frame = getframe(1)
    code = frame.f_code
    if code.co_filename == cell: at = frame.f_lasti
    else: code, at = place(frame, cell)
    add((seq, t0, clock(), code, at, ROW, c, {remarks}, {fields}))
    return r
"""
START_PERSISTENT = """\
def {name}(self{signature_}):
{state}\
{count}\
    r = Kind(inner(self{args}))
{counted}\
    n = next_request()
    r._init = (ROW, c, ({unnumbered}), {watched}, n)
{mention}\
    return r
"""
MENTION = """\
    t = clock()
    code, at = place(getframe(1), cell)
    add((next_seq(), t, t, code, at, {mentioned}))
"""
START_FIELDS = {
    "send": "{describe}, dest, tag, {number}",
    "recv": "{describe}, source, tag, {number}, None",
    "collective": "index, {describe}, {root}, {op}, {number}{and_describe_beside}",
    "sendrecv": "{sent}, dest, sendtag, {received}, source, recvtag, {number}, None",
}

PROBE = """\
def {name}(self, {signature}):
    t0 = clock()
{state}\
    seq = next_seq()
    s = Status() if status is None else status
    try:
        found = inner(self, source, tag, s)
        if not found:
            found = wait(lambda s: inner(self, source, tag, s), s,
                (ROW, c, (source, tag, None), seq))
{fail}    if status is not None: s = Status(status)
{record}    return {found}
"""


def _spin(test: str, crowded: bool) -> str:
    if crowded:
        turns = " or ".join([f"give() or {test}"] * TURNS)
        return f"{test} or swift and ({turns})"
    return " or ".join([test] * SPIN)


def _needed(row: Row) -> str:
    """Expression for the remarks: is a buffer None that this rank has to give?"""
    tests = []
    for parameter, who in row.needed:
        test = f"{parameter} is None"
        if who == "root":
            test += " and root == c.rank"
        tests.append(test)
    if not tests or not row.buffer:
        return "None"
    told = " or ".join(tests)
    if row.has("root"):
        # Between two groups each rank needs one of the buffers, or none.
        told = f"not c.inter and ({told})"
    return f"NONE_BUFFER if {told} else None"


def _describe(row: Row) -> str:
    if not row.data:
        return "OBJECT" if not row.buffer else "UNKNOWN"
    first = row.data[0]
    text = _measure(first)
    if len(row.data) > 1:
        second = row.data[1]
        given = f"{first} is not None and {first} is not IN_PLACE"
        text = f"({text} if {given} else describe({second}))"
    return text


def _beside(row: Row) -> str:
    """Expression for what is told beside the data, empty where nothing is."""
    if row.received:
        return f"(UNKNOWN if sendbuf is None or sendbuf is IN_PLACE else {_measure('recvbuf')})"
    return row.own and f"({_measure(row.own)} if root == c.rank and not c.inter else UNKNOWN)"


def _measure(name: str) -> str:
    return f"(({name}.size, {name}.dtype) if type({name}) is ndarray else describe({name}))"


@cache
def source(row: Row, recording: bool, crowded: bool) -> str:
    """Text of the function for a row. `crowded`: for ranks that share cores."""
    arguments = row.arguments
    beside = _beside(row)
    watchable = row.kind == "send" and row.buffer
    words = {
        "name": row.name,
        "signature": row.signature,
        "signature_": f", {row.signature}" if row.signature else "",
        "args": f", {arguments}" if arguments else "",
        "describe": _describe(row),
        "root": "root" if row.has("root") else "None",
        "op": "op" if row.has("op") else "None",
        "found": "True" if row.inner.lower() == "iprobe" else "taken(found, c, s)",
        "bare_found": "True" if row.inner.lower() == "iprobe" else "substituted(found)",
        "place": PLACE,
        "spin": _spin("t()", crowded),
        "spin_s": _spin("t(s)", crowded),
        "spin_status": _spin("t(status)", crowded),
        "apart": f"c.foreign or {BETWEEN_GROUPS}" if row.has("root") else "c.foreign",
        "state": STATE,
        "state_inside": indent(STATE, "    "),
        "remarks": _needed(row),
        "watched": "buf if watching else None" if watchable else "None",
        "snapshot": "(snapshot(buf), buf) if watching else None" if watchable else "None",
        "count": "",
        "counted": "",
        "uncount": "",
        "started": "",
        "wary": "    if swift and t1 - t0 > LONG: be_wary()\n" if crowded else "",
        "prepare": "",
        "inner_args": f", {arguments}" if arguments else "",
        "beside": beside and f"    e = {beside}\n",
        "and_beside": beside and ", e",
        "and_describe_beside": beside and f", {beside}",
    }
    if crowded and not row.persistent and row.name not in MEETINGS:
        words["started"] = STARTED.get(row.kind, "")
    words["beside_inside"] = indent(words["beside"], 4 * " ")
    words["started_inside"] = indent(words["started"], 4 * " ")
    words["started_within"] = indent(words["started"], 8 * " ")
    if row.kind == "send" and not row.buffer and recording:
        words["prepare"] = "    packed = dumps(obj) if dest != PROC_NULL else None\n"
        words["inner_args"] = ", (packed, BYTE), dest, tag"
        words["describe"] = "(None, 'object', None if packed is None else len(packed))"
    if row.kind == "sendrecv":
        sent = "buf" if row.has("buf") else "sendbuf"
        words["sent"] = _measure(sent)
        words["received"] = _measure("buf" if sent == "buf" else "recvbuf")
    if not recording:
        if row.nonblocking:
            template = BARE_START_COLLECTIVE if row.kind == "collective" else BARE_START
        else:
            template = {
                "send": BARE_SEND,
                "recv": BARE_RECV,
                "collective": BARE_COLLECTIVE,
                "probe": BARE_PROBE,
            }[row.kind]
        return template.format(**words)
    if row.nonblocking:
        if row.kind == "collective":
            words["count"] = "    index = c.collectives\n"
            words["counted"] = "    c.collectives = index + 1\n"
        template = START_PERSISTENT if row.persistent else START_SOME
        fields = START_FIELDS[row.kind]
        unnumbered = fields.format(**words, number="None")
        told = {"describe": "d", "and_describe_beside": words["and_beside"]}
        words["fields"] = fields.format(**{**words, **told}, number="n")
        words["fail"] = FAIL.format(**{**words, "fields": unnumbered})
        words["unnumbered"] = unnumbered
        entered = f"ROW, c, {words['remarks']}, {unnumbered}"
        prepared = f"PREPARED, c, {words['remarks']}, None, (n, ROW.kind, {unnumbered})"
        mentioned = entered if row.kind == "collective" else prepared
        words["mention"] = MENTION.format(mentioned=mentioned)
        return template.format(**words)
    template, good, bad = {
        "send": (SEND, SEND_FIELDS, SEND_FIELDS),
        "recv": (RECV, RECV_FAIL, RECV_FAIL),
        "collective": (COLLECTIVE, COLLECTIVE_FIELDS, COLLECTIVE_FIELDS),
        "probe": (PROBE, "source, tag, s", "source, tag, None"),
    }[row.kind]
    words["record"] = RECORD.format(fields=good.format(**words), remarks=words["remarks"])
    if row.kind == "collective":
        words["uncount"] = UNCOUNT.format(**words)
    failed = {**words, "fields": bad.format(**words)}
    if row.kind == "collective":
        failed["remarks"] = f"BEGUN if begun else {words['remarks']}"
    words["fail"] = FAIL.format(**failed)
    return template.format(**words)
