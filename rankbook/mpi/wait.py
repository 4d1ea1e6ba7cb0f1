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
from itertools import chain, count, repeat

#: Naps, in seconds: the shortest, the longest, and how much of the time waited so far.
NAP, LONGEST_NAP, NAP_SHARE = 50e-6, 1e-3, 1e-3
#: While windows are open, when another rank may wait for each of the tests: the same share, and
#: how many times as many yields come before the naps.
WINDOW_SHARE, WINDOW_YIELDS = 5e-5, 10
#: How many naps between two looks at which of several requests are still open.
LOOK_EVERY = 32
#: The user's requests that are kept after an interrupt, the latest.
KEPT = 1000

next_seq = count(1).__next__
give_way = getattr(os, "sched_yield", lambda: time.sleep(0))

#: Kinds of calls whose first request is a receive, which can be cancelled.
RECEIVING = ("recv", "sendrecv")


class Waiting:
    """A wait of the main thread that has outlasted the spin."""

    __slots__ = tuple("any args comm error naps open polls requests row seq t0".split())

    def __init__(self, call, requests, one_of: bool):
        self.row, self.comm, self.args, seq = call
        self.seq = seq or next_seq()
        self.requests = requests
        self.open = requests
        #: It needs one of the requests, not all.
        self.any = one_of
        self.naps = 0
        self.t0 = time.perf_counter()
        self.polls = 0
        #: Raised at the next test, see `Gate.raise_in_wait`.
        self.error: BaseException | None = None

    def nap(self) -> None:
        """Sleep a little, longer the longer it has waited."""
        look(self)
        waited = time.perf_counter() - self.t0
        share = WINDOW_SHARE if GATE.windows else NAP_SHARE
        time.sleep(min(max(NAP, waited * share), LONGEST_NAP))


class Gate:
    """Where the main thread waits, as other threads see it."""

    def __init__(self):
        self.waiting: Waiting | None = None
        self.main = threading.main_thread().ident
        self.cores = 1
        #: More ranks than cores.
        self.crowded = False
        self.spins = range(20)
        self.yields = 200
        #: Ranks that share cores sleep on it until others wake them, see `wakes`.
        self.sleeper = None
        #: Requests of interrupted calls: MPI may still read or write their buffers.
        self.orphans: list = []
        #: The user's own requests, whose waits were interrupted: kept for the same reason.
        self.kept: deque = deque(maxlen=KEPT)
        #: Windows of this rank that are open: others depend on its tests, see `progress`.
        self.windows = 0

    def fit(self, ranks: int) -> None:
        """Called on the main thread: spin less where ranks share cores, yield for longer
        where they do not."""
        self.main = threading.get_ident()
        self.cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        self.crowded = ranks > self.cores
        self.spins = range(4 if self.crowded else 20)
        self.yields = 200 if self.crowded else 2000

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
    sleeper = GATE.sleeper
    try:
        if sleeper is None:
            for _ in GATE.spins:
                done = test(argument)
                if done:
                    return done
        else:
            done = sleeper.give_way(test, argument)
            if done:
                return done
    except BaseException:
        abandon(Waiting(call, requests, one_of))
        raise
    waiting = Waiting(call, requests, one_of)
    outer = GATE.waiting
    watched = threading.get_ident() == GATE.main
    if watched:
        GATE.waiting = waiting
    try:
        if watched and sleeper is not None:
            return sleeper.wait(waiting, test, argument)
        return _nap(waiting, test, argument)
    except BaseException:
        abandon(waiting)
        raise
    finally:
        if watched:
            GATE.waiting = outer


def _nap(waiting: Waiting, test, argument):
    yields = GATE.yields * (WINDOW_YIELDS if GATE.windows else 1)
    for pause in chain(repeat(give_way, yields), repeat(waiting.nap)):
        pause()
        done = test(argument)
        if done:
            return done
        waiting.polls += 1
        if waiting.error is not None:
            raise waiting.error
    raise AssertionError("a wait ends with its test")


def look(waiting: Waiting) -> None:
    """Once in a while: which of several requests are still open?"""
    if waiting.naps % LOOK_EVERY == 0 and len(waiting.requests) > 1 and not waiting.any:
        waiting.open = _still_open(waiting.requests)
    waiting.naps += 1


def abandon(waiting: Waiting) -> None:
    """Take back the receives of an interrupted call and keep alive what can't be."""
    for place, request in enumerate(waiting.requests):
        if not request:
            continue
        if waiting.row.kind == "wait":
            GATE.kept.append(request)
        elif waiting.row.kind in RECEIVING and place == 0:
            request.Cancel()
            if not _completed(request):
                GATE.orphans.append(request)
        else:
            GATE.orphans.append(request)


def _still_open(requests) -> list:
    """Those that have not completed; None stands for what is not started yet."""
    return [r for r in requests if r is None or (r and not r.Get_status())]


def _completed(request) -> bool:
    try:
        return request.Test()
    except Exception:
        return True
