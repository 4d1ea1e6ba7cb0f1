"""Calls that block in MPI until all have come are made only after all have come.

MPI has no non-blocking form of them. So the ranks first meet cooperatively: one that never
comes is then found and explained, those who wait can be interrupted, and what is left of
the call in MPI does not take long.
"""

from __future__ import annotations

import functools
import sys
import time

from mpi4py import MPI

from .calls import Row
from .channel import CHANNEL
from .data import UNKNOWN
from .errors import unlayered
from .methods import ENVIRONMENT, PLAIN, error_text
from .state import STATES, State
from .wait import GATE, next_seq


class Recorded:
    """Counts and records a collective call without arguments of interest."""

    def __init__(self, row: Row, state: State, frame):
        self.row, self.state, self.frame = row, state, frame
        self.seq = next_seq()
        self.t0 = time.perf_counter()
        self.index = state.next_collective()
        self.data = (self.index, UNKNOWN, None, None, None)

    def __enter__(self) -> tuple:
        return (self.row, self.state, self.data, self.seq)

    def __exit__(self, kind, error, traceback) -> None:
        remarks = None
        if error is not None:
            remarks = (error_text(error),)
            unlayered(error)
        ENVIRONMENT.record(self.seq, self.t0, self.frame, self.row, self.state, self.data, remarks)


def meet(state: State, call, role: str = "", fits=None) -> list[str]:
    """All members of a communicator, and of its other group, come to this call. MPI's barrier
    would not do: on other ranks it could meet a Barrier of the user's. Gives the roles of all."""
    if GATE.sleeper:
        GATE.sleeper.arrived(state, call[2][0])
    return CHANNEL.meet(
        sorted(state.members + (state.remote or [])), CHANNEL.next_tag(state), call, role, fits
    )


def between_groups(row: Row, plain):
    """The blocking form of a collective with a root, for `templates.BETWEEN_GROUPS`."""
    place = next((at for at, name in enumerate(row.arguments.split(", ")) if name == "root"), 0)

    @functools.wraps(plain)
    def method(self, *arguments, **named):
        state = STATES.of(self)
        if state.inter and not state.foreign:
            root = named.get("root", arguments[place] if place < len(arguments) else 0)
            data = (max(state.collectives - 1, 0), UNKNOWN, root, None, None)
            # MPI refuses any other at once, and nobody has to come for that.
            if root in (MPI.ROOT, MPI.PROC_NULL) or root in range(len(state.remote)):
                meet(state, (row, state, data, 0), _role(state, root), _one_root)
        return plain(self, *arguments, **named)

    return method


def _role(state: State, root) -> str:
    """What a rank takes itself for in a collective between two groups."""
    mine = {MPI.ROOT: f"root{state.rank}", MPI.PROC_NULL: "none"}.get(root, f"of{root}")
    return f"{min(state.members)}:{mine}"


def _one_root(roles: list[str]) -> bool:
    """One rank is the root, and the others of its group and the other group say so."""
    groups: dict[str, set[str]] = {}
    for role in roles:
        group, _, mine = role.partition(":")
        groups.setdefault(group, set()).add(mine)
    of = [group for group in groups.values() if any(mine.startswith("of") for mine in group)]
    roots = [mine for group in groups.values() for mine in group if mine.startswith("root")]
    return len(roots) == 1 and of == [{f"of{roots[0][4:]}"}]


def maker(kind: str, name: str, role=lambda _: "", joined=None):
    """A class method that makes a window or file, collective over a communicator.

    `role`: what a member tells the others before, by its rank; `joined` gets what is made, its
    state, the roles of all, and a function that gives those of all once more for one's own.
    """
    descriptor = vars(PLAIN[kind])[name]
    row = Row(name, "collective", on=kind)

    def method(cls, *arguments, **named):
        plain = descriptor.__get__(None, cls)
        given = (value for value in (*arguments, *named.values()) if isinstance(value, MPI.Comm))
        comm = next(given, MPI.COMM_SELF)
        state = STATES.of(comm) if comm else None
        if state is None or state.foreign or state.inter:
            return plain(*arguments, **named)
        recorded = Recorded(row, state, sys._getframe(1))
        with recorded as call:
            roles = meet(state, call, role(state.rank))
            made = plain(*arguments, **named)
            id = f"{state.lineage}/{recorded.index}:{kind}"
            own = State(id, state.members, None, state.rank)
            own.attach(made)
            STATES.others.add(own)
            if joined:
                joined(made, own, roles, functools.partial(meet, state, call))
        return made

    return classmethod(method)


def collective(kind: str, name: str):
    """A method of a window or file that all have to call."""
    plain = getattr(PLAIN[kind], name)
    row = Row(name, "collective", on=kind)

    def method(self, *arguments, **named):
        state = getattr(self, "_c", None)
        if state is None:
            return plain(self, *arguments, **named)
        with Recorded(row, state, sys._getframe(1)) as call:
            meet(state, call)
            return plain(self, *arguments, **named)

    return method
