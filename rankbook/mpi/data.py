"""How much data of which type a buffer argument stands for, found out cheaply.

A description is `(elements, numpy dtype)`, put into words only when it is sent, or
`(count, type name, bytes)` where any may be None, or `(count, type name, bytes, counts, begin)`
where the user gave counts: one number, or one for each rank; with one number
`begin` may follow, the place where the first part begins. Where counts reach beyond the
buffer, `(bytes that they reach, bytes that it has)` comes last.
"""

from __future__ import annotations

import sys
from operator import index

from mpi4py import MPI

UNKNOWN = (None, None, None)
#: A pickled object whose size is not known.
OBJECT = (None, "object", None)
#: Bytes up to which a pending send's buffer is copied whole to see whether it changes,
#: and the size of each of the four samples taken of a longer one.
WHOLE, SAMPLE = 4096, 1024
#: Counts, one a rank, up to which a list of them is recorded.
MOST_COUNTS = 4096


class Asked(MPI.Status):
    """A copy of a status that the user has given to a receive, to learn what came."""


class _Absent:
    """Stands for numpy.ndarray while numpy has not been imported."""


def array_type() -> type:
    numpy = sys.modules.get("numpy")
    return getattr(numpy, "ndarray", _Absent)


def double_type():
    """numpy's float64, likewise."""
    numpy = sys.modules.get("numpy")
    return None if numpy is None else numpy.dtype("d")


def describe(buffer) -> tuple:
    """The description of any buffer argument of mpi4py; never raises."""
    try:
        return _describe(buffer)
    except Exception:
        return UNKNOWN


def _describe(buffer) -> tuple:
    if buffer is None or type(buffer) is MPI.InPlaceType or type(buffer) is MPI.BottomType:
        return UNKNOWN
    if isinstance(buffer, (list, tuple)):
        return _describe_specification(buffer)
    if hasattr(buffer, "dtype") and hasattr(buffer, "size"):
        return (int(buffer.size), buffer.dtype)
    view = memoryview(buffer)
    if view.format in ("B", "c", None):
        return (view.nbytes, "MPI.BYTE", view.nbytes)
    kind = MPI.Datatype.fromcode(view.format)
    return (view.nbytes // view.itemsize, type_name(kind), view.nbytes)


def _describe_specification(parts) -> tuple:
    """`[data, count, type]`, `[data, (counts, displacements), type]` and their kin."""
    data, *rest = parts
    if any(isinstance(each, MPI.Datatype) for part in rest if _is_list(part) for each in part):
        return UNKNOWN  # a type for each rank
    kind = next((part for part in rest if isinstance(part, (MPI.Datatype, str))), None)
    if isinstance(kind, str):
        kind = MPI.Datatype.fromcode(kind)
    numbers = [part for part in rest if not isinstance(part, (MPI.Datatype, str))]
    counts = numbers[0] if numbers else None
    while isinstance(counts, (list, tuple)) and len(counts) == 2 and _is_list(counts[0]):
        counts = counts[0]
    begin = None
    if isinstance(counts, tuple) and len(counts) == 2:
        counts, begin = counts  # with the place where it begins
        begin = None if _is_list(counts) or _is_list(begin) else index(begin)
    if counts is not None:
        counts = [index(each) for each in counts] if _is_list(counts) else index(counts)
    count = sum(counts) if isinstance(counts, list) else counts
    known = describe(data)
    if kind is None and count is None:
        return known
    found, size, total = _amounts(known, kind, count)
    found = (*found, counts, begin)
    if isinstance(counts, list) and size is not None and total is not None:
        return (*found, *_beyond(counts, _displacements(numbers), size, total))
    return found


def _amounts(known: tuple, kind: MPI.Datatype | None, count: int | None) -> tuple:
    """Count, type name and bytes; then, where they are certain, the bytes of an element and of
    the whole buffer."""
    total = known[0] * known[1].itemsize if len(known) == 2 else known[2]
    if kind is None:
        if len(known) != 2:
            return (count, known[1], None), None, total
        size = known[1].itemsize
        return (count, dtype_name(known[1]), count * size), size, total
    size = kind.Get_size()
    if count is None:
        extent = kind.Get_extent()[1]
        count = total // extent if total is not None and extent > 0 else None
    found = (count, type_name(kind), None if count is None else count * size)
    return found, size if kind.is_predefined else None, total


def _displacements(numbers: list):
    """What follows the counts, or stands with them."""
    first, *others = numbers
    if isinstance(first, (list, tuple)) and len(first) == 2 and _is_list(first[0]):
        return first[1]
    return others[0] if others else None


def _beyond(counts: list[int], displacements, size: int, total: int) -> tuple:
    """How many bytes from the beginning of a buffer the counts reach, and how many it has,
    where these are less."""
    if displacements is None:
        reach = sum(counts)
    else:
        ends = zip(counts, displacements, strict=False)
        reach = max((count + index(place) for count, place in ends if count > 0), default=0)
    return ((reach * size, total),) if reach * size > total else ()


def _is_list(value) -> bool:
    return not isinstance(value, int) and hasattr(value, "__len__")


_names: dict = {}


def dtype_name(dtype) -> str | None:
    """`MPI.DOUBLE` for float64; the dtype's own name where MPI has no such type."""
    name = _names.get(dtype)
    if name is None:
        try:
            name = type_name(MPI.Datatype.fromcode(dtype.char))
        except Exception:
            name = str(dtype)
        if len(_names) < 1000:
            _names[dtype] = name
    return name


def type_name(datatype: MPI.Datatype) -> str | None:
    name = datatype.Get_name()
    return f"MPI.{name[4:]}" if name.startswith("MPI_") else name or "derived type"


def measures(description: tuple) -> dict:
    """`bytes`, `count` and `dtype` of the trace."""
    if len(description) == 2:
        size, dtype = description
        return {"bytes": size * dtype.itemsize, "count": size, "dtype": dtype_name(dtype)}
    count, name, size = description[:3]
    return {"bytes": size, "count": count, "dtype": name}


def given_counts(description: tuple) -> dict:
    """`counts` of the trace: what the user gave of them, if anything."""
    counts = description[3] if len(description) > 3 else None
    if counts is None or (isinstance(counts, list) and len(counts) > MOST_COUNTS):
        return {}
    begin = description[4] if len(description) > 4 else None
    return {"counts": counts, **({} if begin is None else {"begin": begin})}


def beyond(description: tuple) -> dict:
    """`beyond` of the trace: counts that reach further than the buffer."""
    return {"beyond": list(description[5])} if len(description) > 5 else {}


def snapshot(buffer) -> bytes | None:
    """A sample of the buffer's bytes, equal as long as nobody writes into the sample."""
    try:
        if isinstance(buffer, (list, tuple)):
            buffer = buffer[0]
        if hasattr(buffer, "tobytes") and buffer.nbytes <= WHOLE:
            return buffer.tobytes()
        view = memoryview(buffer)
        if not view.contiguous:
            return None
        size = view.nbytes
        if size <= WHOLE:
            return view.tobytes()
        view = view.cast("B")
        third = size // 3
        return b"".join(
            view[start : start + SAMPLE] for start in (0, third, 2 * third, size - SAMPLE)
        )
    except Exception:
        return None
