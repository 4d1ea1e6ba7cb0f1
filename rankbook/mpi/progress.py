"""MPI gets a turn now and then, where other ranks may depend on it: while windows are open.

What a rank does to the window of another, MPI carries out only while that one is in MPI
too. So one that waits elsewhere, for its next cell or in memory that ranks share, calls in.
A thread of its own could do that for ranks that compute as well; but MPICH loses messages
of windows (Post) when two threads are at it.
"""

from __future__ import annotations

from mpi4py import MPI

from .channel import CHANNEL
from .state import PLAIN_COMM
from .wait import GATE


def turn() -> None:
    """Let MPI handle what has come, if there are windows."""
    if GATE.windows:
        PLAIN_COMM.Iprobe(CHANNEL.comm, MPI.ANY_SOURCE, 0)
