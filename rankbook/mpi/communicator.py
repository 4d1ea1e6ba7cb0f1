"""The communicators that ranks see: mpi4py's classes with the layer's methods.

The classes stand in the module `mpi4py.MPI` in place of the plain ones, under the same
names, and count plain objects as their instances, so that code which asks with
`isinstance` or derives from them meets no difference.
"""

from __future__ import annotations

import contextlib
import sys
import time
from numbers import Number

from mpi4py import MPI

from . import files, objects, tree, windows
from .calls import CREATORS, GENERATED, OBJECTS, Row
from .channel import CHANNEL
from .data import OBJECT, UNKNOWN, Asked
from .errors import unlayered
from .messages import taken
from .methods import ENVIRONMENT, PLAIN, error_text
from .pointtopoint import BODIES
from .requests import Request
from .state import STATES, State
from .substitute import SUBSTITUTED, Substitute, set_handle, substitute, substituted
from .together import Recorded, between_groups, meet
from .wait import GATE, next_seq


@substitute
class Comm(PLAIN["Comm"], metaclass=Substitute):
    def __init__(self, *_args, **_named):
        # A copy moves with the others that stand for the same communicator.
        state = STATES.by_handle.get(self.handle)
        if state is not None:
            state.attach(self)

    def Free(self):
        handle = self.handle
        state = STATES.by_handle.get(handle)
        if state is not None and state.name is not None:
            PLAIN["Comm"].Free(ORIGINALS[state.name])  # raises, as it should
        else:
            PLAIN["Comm"].Free(self)
            STATES.forget(handle)

    def free(self):
        state = STATES.by_handle.get(self.handle)
        if state is None or state.name is None:
            handle = self.handle
            PLAIN["Comm"].free(self)
            STATES.forget(handle)
        elif self is not getattr(MPI, state.name):
            set_handle(self, MPI.COMM_NULL)

    def Disconnect(self):
        handle = self.handle
        state = STATES.of(self)
        if not state.foreign:
            with Recorded(_DISCONNECT, state, sys._getframe(1)) as call:
                meet(state, call)
        PLAIN["Comm"].Disconnect(self)
        STATES.forget(handle)

    def Idup(self, info=None):
        return _idup(self, PLAIN["Comm"].Idup, info, sys._getframe(1))

    def Idup_with_info(self, info):
        return _idup(self, PLAIN["Comm"].Idup_with_info, info, sys._getframe(1))


@substitute
class Intracomm(PLAIN["Intracomm"], Comm):
    def Create_group(self, group, tag=0):
        state = STATES.of(self)
        members = tuple(STATES.world_ranks(group))
        if state.foreign or STATES.world_rank not in members:
            return _foreign(PLAIN["Intracomm"].Create_group(self, group, tag))
        number = state.made[members] = state.made.get(members, 0) + 1
        id = f"{state.lineage}/group{number}:{','.join(map(str, members))}"
        made = State(id, list(members), None, members.index(STATES.world_rank))
        made.label = "group"
        with Recorded(_CREATE_GROUP, made, sys._getframe(1)) as call:
            meet(made, call)
            return _adopt(PLAIN["Intracomm"].Create_group(self, group, tag), id)

    def Create_intercomm(self, local_leader, peer_comm, remote_leader, tag=0):
        state = STATES.of(self)
        plain = PLAIN["Intracomm"].Create_intercomm
        if state.foreign:
            return plain(self, local_leader, peer_comm, remote_leader, tag)
        with Recorded(_CREATE_INTERCOMM, state, sys._getframe(1)) as call:
            if state.rank == local_leader:
                _meet_leader(STATES.of(peer_comm), remote_leader, tag)
            meet(state, call)
            made = plain(self, local_leader, peer_comm, remote_leader, tag)
        adopted = _adopt(made, "new")
        new = adopted._c
        sides = tuple(sorted((tuple(new.members), tuple(new.remote))))
        number = STATES.pairs[sides] = STATES.pairs.get(sides, 0) + 1
        new.id = f"inter{number}:{min(sides[0])},{min(sides[1])}:{len(sides[0])},{len(sides[1])}"
        return adopted


@substitute
class Topocomm(PLAIN["Topocomm"], Intracomm):
    pass


@substitute
class Cartcomm(PLAIN["Cartcomm"], Topocomm):
    pass


@substitute
class Graphcomm(PLAIN["Graphcomm"], Topocomm):
    pass


@substitute
class Distgraphcomm(PLAIN["Distgraphcomm"], Topocomm):
    pass


@substitute
class Intercomm(PLAIN["Intercomm"], Comm):
    pass


CLASSES = {cls.__name__: cls for cls in SUBSTITUTED if issubclass(cls, Comm)}
#: mpi4py's own COMM_WORLD and COMM_SELF.
ORIGINALS = {"COMM_WORLD": MPI.COMM_WORLD, "COMM_SELF": MPI.COMM_SELF}
_IDUP = Row("Idup", "collective", nonblocking=True)
_DISCONNECT = Row("Disconnect", "collective")
_CREATE_INTERCOMM = Row("Create_intercomm", "collective", on="Intracomm")
_OTHER_LEADER = Row("Create_intercomm", "recv")
_CREATE_GROUP = Row("Create_group", "collective", on="Intracomm")


def _meet_leader(peer: State, leader: int, tag: int) -> None:
    """Wait until the leader of the other group has come to `Create_intercomm` too."""
    peers = peer.remote or peer.members
    if not peer.foreign and 0 <= leader < len(peers):
        call = (_OTHER_LEADER, peer, (UNKNOWN, leader, MPI.ANY_TAG, None, None), 0)
        hidden = CHANNEL.tag(peer.key, -1 - tag)
        request = CHANNEL.start(b"", peers[leader], hidden)
        CHANNEL.receive(peers[leader], hidden, call)
        CHANNEL.finish(request, call)


def _adopt(made, id: str):
    """A communicator that mpi4py has made, as one of the layer."""
    if not made:
        return made
    comm = substituted(made)
    STATES.forget(comm.handle)
    STATES.add(comm, id)
    return comm


def _foreign(made):
    """A communicator with processes that do not have the layer."""
    if not made:
        return made
    comm = substituted(made)
    STATES.forget(comm.handle)
    STATES.add(comm)
    return comm


def _child_id(state: State, index: int, members: list[int]) -> str:
    return f"{state.lineage}/{index}:{min(members)}"


def _idup(comm, start, info, frame):
    state = STATES.of(comm)
    recorded = Recorded(_IDUP, state, frame)
    with recorded:
        made, request = start(comm, info)
    if not state.foreign:
        child = State(
            _child_id(state, recorded.index, state.members + (state.remote or [])),
            state.members,
            state.remote,
            state.rank,
        )
        STATES.forget(made.handle)
        STATES.by_handle[made.handle] = child
        child.attach(made)
    return made, Request(request)


def _creator(row: Row):
    plain = getattr(PLAIN[row.on], row.name)

    def method(self, *args, **kwargs):
        state = STATES.of(self)
        if state.foreign:
            return _foreign(plain(self, *args, **kwargs))
        recorded = Recorded(row, state, sys._getframe(1))
        with recorded as call:
            meet(state, call)
            made = plain(self, *args, **kwargs)
            if not made:
                return made
            made = _adopt(made, "new")
            new = made._c
            new.id = _child_id(state, recorded.index, new.members + (new.remote or []))
            return made

    return method


def _joiner(name: str):
    """A method that connects this communicator with processes of another world."""
    plain = getattr(PLAIN["Intracomm"], name)
    row = Row(name, "collective", on="Intracomm")

    def method(self, *args, **kwargs):
        state = STATES.of(self)
        if state.foreign:
            return _foreign(plain(self, *args, **kwargs))
        with Recorded(row, state, sys._getframe(1)) as call:
            meet(state, call)
            return _foreign(plain(self, *args, **kwargs))

    return method


_UNLAYERED = """\
    except BaseException as error:
        unlayered(error)
        raise
"""


def _object_method(row: Row, recording: bool):
    """A collective of Python objects: `objects` has the body."""
    body = getattr(objects, row.name, None) or getattr(tree, row.name)
    plain = getattr(PLAIN[row.on], row.name)
    between = between_groups(row, plain)
    arguments = row.arguments
    apart = row.has("root") and not row.has("op")

    def call(self, seq, arguments, root=None, op=None, sendobj=None):
        state = STATES.of(self)
        if state.foreign:
            return plain(self, *arguments)
        index, sequence = state.next_collective(), state.sequence
        state.begun = False
        t0 = time.perf_counter()
        data = (index, OBJECT, root, op, None)
        error, marks = None, ()
        try:
            if apart and state.inter:  # see templates.BETWEEN_GROUPS
                state.begun = True
                return between(self, *arguments)
            if GATE.sleeper:
                GATE.sleeper.arrived(state, index)
            with contextlib.suppress(objects.Refused), MPI._comm_lock(self, row.name):
                return body(self, state, (row, state, data, seq), *arguments)
            return plain(self, *arguments)
        except BaseException as raised:
            error = error_text(raised)
            if not state.begun:
                state.refused(index, sequence)
            elif isinstance(raised, Exception) and not row.has("op"):
                marks = ("begun",)
            raise
        finally:
            if recording:
                if _joins(op, sendobj):
                    marks = (*marks, "list-concat")
                remarks = (error, *marks) if error or marks else None
                ENVIRONMENT.record(seq, t0, sys._getframe(2), row, state, data, remarks)

    signature = f", {row.signature}" if row.signature else ""
    listing = f"({arguments},)" if arguments else "()"
    named = "".join(f", {name}={name}" for name in ("root", "op", "sendobj") if row.has(name))
    seq = "next_seq()" if recording else "0"
    # mpi4py takes any number for a rank, as `size / 2`.
    whole = "    if isinstance(root, float): root = int(root)\n" if row.has("root") else ""
    text = (
        f"def {row.name}(self{signature}):\n"
        f"{whole}"
        f"    try: return call(self, {seq}, {listing}{named})\n"
        f"{_UNLAYERED}"
    )
    return ENVIRONMENT.define(row, text, call=call, unlayered=unlayered)


def _joins(op, value) -> bool:
    """Is it a list of numbers that is to be summed? Its elements are not added then."""
    return (
        op is MPI.SUM
        and type(value) is list
        and bool(value)
        and all(isinstance(each, Number) for each in value)
    )


def _composite_method(row: Row, recording: bool):
    """A point-to-point method whose body stands in `pointtopoint`."""
    body, describe = BODIES[row.name]
    plain = getattr(PLAIN[row.on], row.name)

    def call(self, seq, arguments, status):
        state = STATES.of(self)
        t0 = time.perf_counter()
        given = status is not None
        got = MPI.Status() if status is None and recording else status
        arguments = (*arguments[:-1], got)
        remarks = None
        try:
            try:
                return body(self, (row, state, describe(*arguments), seq), *arguments)
            except MPI.Exception as raised:
                if raised.Get_error_class() in _FAULTS:
                    return plain(self, *arguments)
                raise
        except BaseException as raised:
            remarks = (error_text(raised),)
            raise
        finally:
            if recording:
                seen = None if remarks else Asked(got) if given else got
                ENVIRONMENT.record(
                    seq,
                    t0,
                    sys._getframe(2),
                    row,
                    state,
                    describe(*arguments[:-1], seen),
                    remarks,
                )

    seq = "next_seq()" if recording else "0"
    text = (
        f"def {row.name}(self, {row.signature}):\n"
        f"    try: return call(self, {seq}, ({row.arguments}), status)\n"
        f"{_UNLAYERED}"
    )
    return ENVIRONMENT.define(row, text, call=call, unlayered=unlayered)


#: Faults of arguments, found before anything is sent.
_FAULTS = (
    MPI.ERR_RANK,
    MPI.ERR_TAG,
    MPI.ERR_COMM,
    MPI.ERR_COUNT,
    MPI.ERR_TYPE,
    MPI.ERR_BUFFER,
    MPI.ERR_ARG,
)


def _matched_probe(name: str, recording: bool):
    """`Improbe`, which takes the message out of the queue if there is one."""
    plain = getattr(PLAIN["Comm"], name)
    row = Row(name, "probe", buffer=name == "Improbe", nonblocking=True)

    def method(self, source=MPI.ANY_SOURCE, tag=MPI.ANY_TAG, status=None):
        t0 = time.perf_counter()
        seen = MPI.Status() if status is None and recording else status
        found = plain(self, source, tag, seen)
        if found is not None and recording:
            data = (source, tag, MPI.Status(seen))
            ENVIRONMENT.record(next_seq(), t0, sys._getframe(1), row, STATES.of(self), data)
            return taken(found, STATES.of(self), data[2])
        return substituted(found)

    return method


def written_by_hand(recording: bool) -> dict[str, dict]:
    """Methods that need more than a template, by class name and method name."""
    made: dict[str, dict] = {}
    for name in ("Improbe", "improbe"):
        made.setdefault("Comm", {})[name] = _matched_probe(name, recording)
    for row in CREATORS:
        made.setdefault(row.on, {})[row.name] = _creator(row)
    for name in ("Spawn", "Spawn_multiple", "Accept", "Connect"):
        made.setdefault("Intracomm", {})[name] = _joiner(name)
    for row in OBJECTS:
        made.setdefault(row.on, {})[row.name] = _object_method(row, recording)
    for row in GENERATED:
        if row.name in BODIES:
            made.setdefault(row.on, {})[row.name] = _composite_method(row, recording)
    return made | files.methods() | windows.methods()
