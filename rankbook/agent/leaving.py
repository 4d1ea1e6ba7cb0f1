"""``exit`` and ``quit`` on a rank."""

from __future__ import annotations

from IPython.core.autocall import ExitAutocall


class LeaveCell(ExitAutocall):
    """Ends the cell, not the rank: called, or alone on the last line."""

    def __call__(self, code: object = None) -> None:
        raise SystemExit(code)
