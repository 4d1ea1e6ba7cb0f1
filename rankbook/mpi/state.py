"""What the layer knows about each communicator, by its MPI handle."""

from __future__ import annotations

import weakref
import zlib

from mpi4py import MPI

PLAIN_COMM = MPI.Comm


class State:
    """A communicator: its id, who its members are and how many collectives it has seen.

    `foreign`: made outside of the layer (spawned processes, C code), so that others may
    call the blocking forms of collectives, which do not match the non-blocking ones.
    """

    __slots__ = (
        "__weakref__",
        "_key",
        "_objects",
        "begun",
        "collectives",
        "foreign",
        "id",
        "inter",
        "label",
        "made",
        "meetings",
        "members",
        "moves",
        "name",
        "rank",
        "remote",
        "sent",
        "sequence",
        "size",
    )

    def __init__(self, id: str, members: list[int], remote: list[int] | None, rank: int):
        self.id = id
        self.members = members
        self.remote = remote
        self.inter = remote is not None
        #: Only COMM_WORLD and COMM_SELF have one here.
        self.name: str | None = None
        #: How it is called as long as nothing else is known.
        self.label: str | None = None
        #: How often the world has moved since.
        self.moves = 0
        self.rank = rank
        self.size = len(members)
        #: Collectives started on it by this rank.
        self.collectives = 0
        #: Communicators made from it by groups of its members, by that group.
        self.made: dict[tuple, int] = {}
        self.foreign = False
        #: The collective of objects that was called last has sent or received something.
        self.begun = False
        #: The kernel has been told of it in this run.
        self.sent = False
        #: The Python objects that stand for it, by their id: they have no hash.
        self._objects: dict[int, weakref.ref] = {}
        #: What `channel` has counted on it.
        self.sequence = 0
        self._key: int | None = None
        #: See `meeting`; None where MPI does it all.
        self.meetings = None

    def attach(self, comm: MPI.Comm) -> None:
        """Tie a Python object to its communicator."""
        key = id(comm)
        try:
            self._objects[key] = weakref.ref(comm, lambda _: self._objects.pop(key, None))
            comm._c = self
        except (AttributeError, TypeError):
            pass  # a plain mpi4py object has no room for it

    def objects(self) -> list[MPI.Comm]:
        """The living Python objects that stand for it."""
        found = (reference() for reference in list(self._objects.values()))
        return [comm for comm in found if comm is not None]

    @property
    def lineage(self) -> str:
        """How the ids of communicators made from it begin; new after each move."""
        return f"{self.id}~{self.moves}" if self.moves else self.id

    @property
    def key(self) -> int:
        """The communicator in 32 bits, the same on all members; others may have it too."""
        if self._key is None:
            self._key = zlib.crc32(self.lineage.encode())
        return self._key

    def moved(self) -> None:
        """Members begin to count anew, since an interrupt may have found some of them further
        than others. Collective."""
        self.sequence = 0
        self.made.clear()
        self.collectives = 0
        self.moves += 1
        self._key = None
        if self.meetings is not None:
            self.meetings.moved()

    def next_collective(self) -> int:
        index = self.collectives
        self.collectives = index + 1
        return index

    def refused(self, index: int, sequence: int) -> None:
        """A collective was not begun: it does not count, as it does not for MPI."""
        self.collectives = index
        self.sequence = sequence


class States:
    """The states of all communicators in use, by handle."""

    def __init__(self):
        self.by_handle: dict[int, State] = {}
        #: Those of windows and files.
        self.others: weakref.WeakSet[State] = weakref.WeakSet()
        self.world_group: MPI.Group | None = None
        self.world_rank = 0
        self._strangers = 0
        #: Intercommunicators made between each pair of groups.
        self.pairs: dict[tuple, int] = {}

    def world_ranks(self, group: MPI.Group) -> list[int]:
        """World rank of each member; -1 for processes outside of this world."""
        ranks = list(range(group.Get_size()))
        found = group.Translate_ranks(ranks, self.world_group) if ranks else []
        return [-1 if rank == MPI.UNDEFINED else rank for rank in found]

    def add(self, comm: MPI.Comm, id: str | None = None, members=None) -> State:
        """Register a new communicator; `id` None for one that came from elsewhere."""
        remote = None
        if members is None:
            group = PLAIN_COMM.Get_group(comm)
            members = self.world_ranks(group)
            group.Free()
            if PLAIN_COMM.Is_inter(comm):
                group = MPI.Intercomm.Get_remote_group(comm)
                remote = self.world_ranks(group)
                group.Free()
        state = State(id or "", members, remote, PLAIN_COMM.Get_rank(comm))
        if id is None:
            self._strangers += 1
            state.id = f"other:{min(members)}:{self._strangers}"
            state.foreign = True
        self.by_handle[comm.handle] = state
        state.attach(comm)
        return state

    def of(self, comm: MPI.Comm) -> State:
        """The state of any communicator; raises as mpi4py does for COMM_NULL."""
        try:
            return comm._c
        except AttributeError:
            state = self.by_handle.get(comm.handle)
        if state is None:
            return self.add(comm)
        state.attach(comm)
        return state

    def moved(self) -> None:
        """The world has moved to a clean context."""
        for state in (*self.by_handle.values(), *self.others):
            state.moved()

    def forget(self, handle: int) -> None:
        state = self.by_handle.pop(handle, None)
        if state is not None:
            for comm in state.objects():
                comm.__dict__.pop("_c", None)


STATES = States()
