"""Methods of communicators, compiled from the texts in `templates`.

They are text so that nothing is decided while a call runs.
"""

from __future__ import annotations

from .calls import GENERATED, Row
from .errors import plainly
from .meeting import allreduce, barrier
from .messages import taken
from .methods import ENVIRONMENT, PLAIN
from .pointtopoint import BODIES
from .reduction import reduce_scatter_block
from .requests import KINDS
from .substitute import substituted
from .templates import source
from .together import between_groups

#: What stands for a standard send where sends are synchronous.
STRICT = {"Isend": "Issend", "isend": "issend", "Send_init": "Ssend_init"}


def generate(recording: bool, strict: bool, crowded: bool) -> dict[str, dict]:
    """Methods by class name and method name. `strict`: standard sends are synchronous;
    `crowded`: ranks share cores."""
    inners = {"Reduce_scatter_block": reduce_scatter_block}
    if crowded:
        inners |= {"Allreduce": allreduce, "Barrier": barrier}
    made: dict[str, dict] = {}
    for row in GENERATED:
        if row.name in BODIES:
            continue
        base = PLAIN[row.on]
        inner = row.inner
        used = row
        if strict and row.kind == "send" and row.inner in STRICT:
            inner = STRICT[row.inner]
            used = Row(**{**row.__dict__, "inner": inner, "synchronous": True})
        if not hasattr(base, inner):
            continue
        if recording and row.kind == "send" and not row.buffer:
            # The pickled bytes are made here, so that their number is known.
            inner = inner[0].upper() + inner[1:]
        plain = plainly(getattr(base, row.name))
        function = ENVIRONMENT.define(
            used,
            source(used, recording, crowded),
            inner=inners.get(row.name) or getattr(base, inner),
            plain=between_groups(row, plain) if row.has("root") else plain,
            Kind=KINDS[_kind(row)],
            substituted=substituted,
            taken=taken,
            # Making a persistent request sends nothing yet.
            PREPARED=Row(**{**used.__dict__, "kind": "other"}),
        )
        made.setdefault(row.on, {})[row.name] = function
    return made


def _kind(row: Row) -> str:
    if not row.persistent:
        return "Request"
    return "Pcollective" if row.kind == "collective" else "Prequest"
