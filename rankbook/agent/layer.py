"""The agent's side of the MPI layer (:mod:`rankbook.mpi`), which may be absent or off."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from typing import Any

#: Environment variable: ``off`` gives ranks plain mpi4py.
SWITCH = "RANKBOOK_LAYER"

#: Reports of the layer are sent at the end of a cell and when the kernel asks.
Trace = tuple[dict[str, Any], bytes]


class DeadlockError(RuntimeError):
    """Raised at the waiting line of a rank that can not go on. The message explains it."""


class LayerPort:
    """Calls the layer where there is one; answers for it where there is none."""

    def __init__(self) -> None:
        self._layer: Any = None
        if os.environ.get(SWITCH) != "off" and find_spec("rankbook.mpi") is not None:
            from rankbook import mpi

            if hasattr(mpi, "install"):
                self._layer = mpi.install()

    @property
    def present(self) -> bool:
        return self._layer is not None

    def begin(self, request: dict[str, Any], cell_file: str | None) -> None:
        """A cell or program begins. ``cell_file``: its name in frames of its code."""
        if self._layer is not None:
            self._layer.begin(request["run"], request["record"], request["strict"], cell_file)

    def end(self) -> list[str]:
        """The cell has ended; notes for the user."""
        return list(self._layer.end()) if self._layer is not None else []

    def wait_state(self) -> dict[str, Any] | None:
        """What the main thread waits for in MPI. From any thread."""
        return self._layer.wait_state() if self._layer is not None else None

    def trace(self, run: str) -> Trace | None:
        """A `trace` report with what was recorded since the last one, if anything was."""
        if self._layer is None:
            return None
        payload, dropped = self._layer.drain()
        if not payload and not dropped:
            return None
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return {"type": "trace", "run": run, "dropped": dropped}, data

    def raise_deadlock(self, text: str) -> None:
        """Let the waiting call of the main thread raise."""
        if self._layer is not None:
            self._layer.raise_in_wait(DeadlockError(text))
