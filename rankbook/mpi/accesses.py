"""Whether what a rank does to a window stays within its target's part: MPI does not look."""

from __future__ import annotations

from operator import index
from typing import NamedTuple

from mpi4py import MPI

from .data import describe
from .locks import Parts
from .methods import mpi_error

#: Bytes of the part of each member, and of a step of its places; None where ranks attach memory
#: as they go.
Rooms = list[tuple[int, int]] | None

#: Which argument is the target's rank, after which comes the place.
TARGETS = {
    "Put": 1,
    "Get": 1,
    "Accumulate": 1,
    "Get_accumulate": 2,
    "Fetch_and_op": 2,
    "Compare_and_swap": 3,
}
#: As MPI says it, where it looks.
_OUTSIDE = "Target memory is not contained within the window"
_OUT_OF_STEP = "Wrong synchronization of RMA calls"
#: Bytes of which the place of any element of a C structure is a multiple, at the most.
_ALIGNMENT = 8
#: Those that take one element, and its place as a number.
SINGLE = ("Fetch_and_op", "Compare_and_swap")
TARGETS |= {f"R{name.lower()}": at for name, at in TARGETS.items() if name not in SINGLE}


def role(made: MPI.Win, rank: int) -> str:
    """What a member tells the others of its part."""
    _, size, unit = made.attrs
    dynamic = made.flavor == MPI.WIN_FLAVOR_DYNAMIC
    return f"{rank}/{-1 if dynamic else size}/{unit}"


def rooms(roles: list[str]) -> Rooms:
    members = sorted(tuple(map(int, told.split("/"))) for told in roles)
    found = [(size, unit) for _, size, unit in members]
    return None if any(size < 0 for size, _ in found) else found


class Access(NamedTuple):
    """What is done to the part of a rank, which has `room` bytes in steps of `unit`: bytes from
    `begin` to `end`, in elements of `item` bytes."""

    peer: int
    begin: int
    end: int
    item: int
    room: int
    unit: int

    @property
    def is_within_element(self) -> bool:
        """Bytes, as a window without `disp_unit` counts, were taken for elements."""
        astray = self.begin % min(self.item, _ALIGNMENT) != 0
        return astray and self.unit == 1 and self.begin < self.room // self.item

    def __str__(self) -> str:
        return (
            f"bytes {self.begin} to {self.end} of the {self.room} bytes of rank {self.peer}, "
            f"with a disp_unit of {self.unit}"
        )


def access(name: str, known: list[tuple[int, int]], arguments: tuple, named: dict) -> Access | None:
    """What a call accesses, where that is known."""
    try:
        return _access(name, known, arguments, named)
    except Exception:
        return None  # MPI will say what is wrong with the arguments


def _access(
    name: str, known: list[tuple[int, int]], arguments: tuple, named: dict
) -> Access | None:
    at = TARGETS[name]
    given = dict(enumerate(arguments))
    peer = index(given.get(at, named.get("target_rank")))
    place = given.get(at + 1, named.get("target_disp", named.get("target")))
    elements = _elements(describe(given.get(0, named.get("origin"))))
    if elements is None or peer not in range(len(known)):
        return None
    room, unit = known[peer]
    count, item = elements
    parts = place if isinstance(place, (list, tuple)) else [place or 0]
    begin = index(parts[0]) * unit
    if name in SINGLE:
        count = 1
    elif len(parts) > 1 and parts[1] is not None:
        count = index(parts[1])
    if len(parts) > 2:
        if not parts[2].is_predefined:
            return None
        item = parts[2].Get_extent()[1]
    # MPI refuses negative places.
    if count == 0 or begin < 0:
        return None
    return Access(peer, begin, begin + count * item, item, room, unit)


def refused(name: str, access: Access, parts: Parts | None) -> MPI.Exception | None:
    """What MPI does not find, and then overwrites other memory or ends the process."""
    if access.end > access.room:
        return mpi_error(MPI.ERR_RMA_RANGE, f"{_OUTSIDE}: MPI_{name} of {access}")
    mine = parts.mine if parts else ()
    if not mine or None in mine or access.peer in mine:
        return None
    where = f"MPI_{name} on the part of rank {access.peer}, which is not locked"
    return mpi_error(MPI.ERR_RMA_SYNC, f"{_OUT_OF_STEP}: {where}")


def _elements(description: tuple) -> tuple[int, int] | None:
    """How many, and the bytes of one; None where they may not be in one piece, or are not
    known."""
    if len(description) == 2:
        return description[0], description[1].itemsize
    count, name, size = description[:3]
    # Pairs have gaps, which their sizes do not count.
    if not count or not size or not (name or "").startswith("MPI.") or name.endswith("_INT"):
        return None
    return count, size // count
