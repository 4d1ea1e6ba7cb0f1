"""Completion and inspection from the live names of a rank, also while a cell runs."""

from __future__ import annotations

from typing import Any

from IPython.core.completer import provisionalcompleter, rectify_completions
from IPython.utils.tokenutil import token_at_cursor

from .shell import RankShell

#: Another thread may change the names meanwhile (RuntimeError: dictionary changed size).
_TRIES = 3


def complete(shell: RankShell, code: str, cursor: int) -> dict[str, Any]:
    """The fields of a `complete_reply`."""
    for _ in range(_TRIES):
        try:
            return _complete(shell, code, cursor)
        except RuntimeError:
            continue
        except Exception:
            break
    return {"matches": [], "cursor_start": cursor, "cursor_end": cursor, "metadata": {}}


def inspect(shell: RankShell, code: str, cursor: int, detail: int) -> dict[str, Any]:
    """The fields of an `inspect_reply`."""
    for _ in range(_TRIES):
        try:
            name = token_at_cursor(code, cursor)
            bundle = shell.object_inspect_mime(name, detail_level=detail)
            return {"found": True, "data": bundle}
        except RuntimeError:
            continue
        except Exception:
            break
    return {"found": False, "data": {}}


def _complete(shell: RankShell, code: str, cursor: int) -> dict[str, Any]:
    with provisionalcompleter():
        found = list(rectify_completions(code, shell.Completer.completions(code, cursor)))
    types = [
        {
            "start": item.start,
            "end": item.end,
            "text": item.text,
            "type": item.type,
            "signature": item.signature,
        }
        for item in found
    ]
    return {
        "matches": [item.text for item in found],
        "cursor_start": found[0].start if found else cursor,
        "cursor_end": found[0].end if found else cursor,
        "metadata": {"_jupyter_types_experimental": types},
    }
