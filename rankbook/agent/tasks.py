"""Tasks of asyncio that a cell leaves: the event loop of a rank runs only while a cell awaits."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from IPython.core import async_helpers

if TYPE_CHECKING:
    import asyncio

#: Coroutines that are named.
MOST_NAMED = 3

_told: weakref.WeakSet[asyncio.Task] = weakref.WeakSet()


def left_behind() -> list[str]:
    """What the user must know of tasks that the cell has left unfinished; of each task once."""
    loop = async_helpers._asyncio_event_loop  # noqa: SLF001 (the other way makes one)
    if loop is None or loop.is_closed():
        return []
    import asyncio

    fresh = [task for task in asyncio.all_tasks(loop) if task not in _told]
    if not fresh:
        return []
    _told.update(fresh)
    names = sorted({getattr(task.get_coro(), "__name__", "a task") for task in fresh})
    listed = ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
    note = (
        f"Not finished on {{ranks}}: {listed} (asyncio). Tasks stand still when the cell "
        "has ended, and go on in the next one that awaits something: await them to have them done."
    )
    return [note]
