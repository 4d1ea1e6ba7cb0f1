"""What must happen elsewhere so that a waiting rank can go on: WaitNeed of the trace."""

from __future__ import annotations

from .calls import Row
from .data import UNKNOWN, measures
from .record import envelope, op_name, peer
from .state import State
from .wait import Waiting


def needs_of(waiting: Waiting) -> tuple[list[dict], dict | None]:
    """The needs of a wait, and of a Sendrecv the send half if it is complete.

    No needs at all stand for a wait of which too little is known.
    """
    if waiting.row.kind == "wait":
        return _needs_of_requests(waiting), None
    state, data = waiting.comm, waiting.args
    if waiting.row.kind == "sendrecv" and len(waiting.requests) == 2:
        received, sent = waiting.requests
        still = [id(request) for request in waiting.open]
        found = []
        if id(received) in still:
            found.append(_message(False, {}, state, data[4], data[5], data[3]))
        if id(sent) in still:
            return [*found, _receiver({}, state, data)], None
        return found, envelope(state, data[1], data[2], data[0])
    return needs(waiting.row, state, data), None


def _needs_of_requests(waiting: Waiting) -> list[dict]:
    found: list[dict] = []
    for request in waiting.open:
        operation = getattr(request, "_rb", None)
        if operation is not None:
            number, row, state, data, _ = operation
            found += needs(row, state, data, number)
        elif request and waiting.any:
            return []  # one of unknown origin may complete
    return found


def needs(row: Row, state: State, data: tuple, request: int | None = None) -> list[dict]:
    """The needs of one operation. `data` as in `record`, `request` its number."""
    numbered = {} if request is None else {"request": request}
    if row.on == "Win" and row.name in AWAITED:
        return [_window(row, state, data, rank) for rank in data[0]]
    if row.kind == "send":
        return [_receiver(numbered, state, data)]
    if row.kind == "recv":
        return [_message(False, numbered, state, data[1], data[2], data[0])]
    if row.kind == "probe":
        return [_message(True, numbered, state, data[0], data[1], UNKNOWN)]
    if row.kind == "sendrecv":
        # One request for both halves: only the receive is sure not to be complete.
        return [_message(False, numbered, state, data[4], data[5], data[3])]
    if row.kind == "collective":
        return [_collective(row, numbered, state, data)]
    return []


def _receiver(numbered: dict, state: State, data: tuple) -> dict:
    description, dest, tag = data[:3]
    return {"what": "receiver", **numbered, **envelope(state, dest, tag, description)}


def _message(probe: bool, numbered: dict, state: State, source: int, tag: int, description):
    return {
        "what": "message",
        "probe": probe,
        **numbered,
        **envelope(state, source, tag, description),
    }


#: What others do with a window, by the call that waits for it.
AWAITED = {"Start": "Post", "Wait": "Complete", "Lock": "Unlock", "Lock_all": "Unlock"}


def _window(row: Row, state: State, data: tuple, rank: int) -> dict:
    need = {"what": "window", "comm": state.id, "peer": rank, "call": AWAITED[row.name]}
    return need | ({"part": data[0].target} if need["call"] == "Unlock" else {})


def _collective(row: Row, numbered: dict, state: State, data: tuple) -> dict:
    index, description, root, op = data[:4]
    return {
        "what": "collective",
        "comm": state.id,
        "index": index,
        "name": row.name,
        "root": None if root is None else peer(root),
        "op": op_name(op),
        **measures(description),
        **numbered,
        **({"round": data[5]} if row.persistent else {}),
    }
