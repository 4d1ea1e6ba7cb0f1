"""Waiting that lets others run, can be interrupted and says what it waits for.

A blocking call is its non-blocking form and a loop of tests: a short spin, then tests
between `sched_yield`s, then between naps. Ranks that outnumber the cores thereby hand
the core to the one that has something to do, and Python stays able to run a signal
handler or raise an exception at the waiting line.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from itertools import count

#: Naps, in seconds: the shortest, the longest, and how much of the time waited so far.
NAP, LONGEST_NAP, NAP_SHARE = 50e-6, 1e-3, 1e-3
#: How many naps between two looks at which of several requests are still open.
LOOK_EVERY = 32
#: The user's requests that are kept after an interrupt, the latest.
KEPT = 1000

next_seq = count(1).__next__
_yield = getattr(os, 'sched_yield', lambda: time.sleep(0))


class Waiting:
    """A wait of the main thread that has outlasted the spin."""

    __slots__ = ('any', 'args', 'comm', 'error', 'open', 'polls', 'requests', 'row', 'seq', 't0')

    def __init__(self, call, requests):
        self.row, self.comm, self.args, seq = call
        self.seq = seq or next_seq()
        self.requests = requests
        self.open = requests
        self.any = False
        self.t0 = time.perf_counter()
        self.polls = 0
        #: Raised at the next test, see `Gate.raise_in_wait`.
        self.error: BaseException | None = None


class Gate:
    """Where the main thread waits, as other threads see it."""

    def __init__(self):
        self.waiting: Waiting | None = None
        self.main = threading.main_thread().ident
        self.spins = range(20)
        self.yields = range(200)
        #: Requests of interrupted calls: MPI may still read or write their buffers.
        self.orphans: list = []
        #: The user's own requests, whose waits were interrupted: kept for the same reason.
        self.kept: deque = deque(maxlen=KEPT)

    def fit(self, ranks: int) -> None:
        """Spin less where ranks share cores, yield for longer where they do not."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else 1
        self.spins = range(20) if ranks <= cores else range(4)
        self.yields = range(2000) if ranks <= cores else range(200)

    def raise_in_wait(self, error: BaseException) -> bool:
        """Raise `error` in the wait that is going on; false where there is none."""
        waiting = self.waiting
        if waiting is None:
            return False
        waiting.error = error
        return self.waiting is waiting

    def sweep(self) -> None:
        """Forget interrupted requests that have completed meanwhile."""
        self.orphans = [request for request in self.orphans if not _completed(request)]


GATE = Gate()


def wait(test, argument, call, requests=(), one_of=False):
    """Call `test(argument)` until it returns something true, and return that.

    `call` is (row, state of the communicator, arguments, seq or 0); `requests` are those
    that the call has started or waits for, of which it needs all, or one with `one_of`.
    """
    for _ in GATE.spins:
        done = test(argument)
        if done:
            return done
    waiting = Waiting(call, requests)
    waiting.any = one_of
    outer = GATE.waiting
    watched = threading.get_ident() == GATE.main
    if watched:
        GATE.waiting = waiting
    try:
        for _ in GATE.yields:
            _yield()
            done = test(argument)
            if done:
                return done
            waiting.polls += 1
            if waiting.error is not None:
                raise waiting.error
        naps = 0
        while True:
            waited = time.perf_counter() - waiting.t0
            time.sleep(min(max(NAP, waited * NAP_SHARE), LONGEST_NAP))
            done = test(argument)
            if done:
                return done
            waiting.polls += 1
            naps += 1
            if waiting.error is not None:
                raise waiting.error
            if naps % LOOK_EVERY == 0 and len(requests) > 1 and not one_of:
                waiting.open = [r for r in requests if r and not r.Get_status()]
    except BaseException:
        abandon(waiting)
        raise
    finally:
        if watched:
            GATE.waiting = outer


def abandon(waiting: Waiting) -> None:
    """Take back the receives of an interrupted call and keep alive what can't be."""
    for request in waiting.requests:
        if not request:
            continue
        if waiting.row.kind == 'wait':
            GATE.kept.append(request)
            continue
        if waiting.row.kind in ('recv', 'sendrecv'):
            try:
                request.Cancel()
                if request.Test():
                    continue
            except Exception:
                pass
        GATE.orphans.append(request)


def _completed(request) -> bool:
    try:
        return request.Test()
    except Exception:
        return True
