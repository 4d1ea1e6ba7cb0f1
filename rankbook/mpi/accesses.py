"""Whether what a rank does to a window stays within its target's part: MPI does not look."""

from __future__ import annotations

from operator import index

from mpi4py import MPI

from .data import describe

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


def fault(name: str, known: Rooms, arguments: tuple, named: dict) -> dict | None:
    """`access` of the trace without the window, where an access is not as it should be."""
    try:
        return _fault(name, known, arguments, named)
    except Exception:
        return None  # MPI will say what is wrong with the arguments


def _fault(name: str, known: Rooms, arguments: tuple, named: dict) -> dict | None:
    at = TARGETS[name]
    given = dict(enumerate(arguments))
    peer = index(given.get(at, named.get("target_rank")))
    place = given.get(at + 1, named.get("target_disp", named.get("target")))
    elements = _elements(describe(given.get(0, named.get("origin"))))
    if known is None or elements is None or peer not in range(len(known)):
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
    end = begin + count * item
    # MPI refuses negative places.
    if count == 0 or begin < 0 or not (end > room or _meant_element(begin, unit, room, item)):
        return None
    return {"peer": peer, "begin": begin, "end": end, "room": room, "unit": unit, "item": item}


def _meant_element(begin: int, unit: int, room: int, item: int) -> bool:
    """Bytes, as a window without `disp_unit` counts, were taken for elements."""
    return unit == 1 and begin % min(item, _ALIGNMENT) != 0 and begin < room // item


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
