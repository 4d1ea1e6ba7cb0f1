"""The agent's side of the MPI layer (:mod:`rankbook.mpi`)."""

from __future__ import annotations

import os
from typing import Any

from rankbook import mpi

from .channel import encode

#: Environment variable: ``off`` gives ranks plain mpi4py.
SWITCH = "RANKBOOK_LAYER"

#: Seconds from which a wait is told: a rank with shorter ones is at work. It is not asked for
#: its record either, which would take a good part of its time where it calls MPI all the time.
PATIENCE = 0.1

#: Calls that one report holds at most; more follow in further ones.
BATCH = 5000

#: Header and payload of a `trace` report.
Trace = tuple[dict[str, Any], bytes]


class DeadlockError(BaseException):
    """Raised at the waiting line of a rank that can not go on. The message explains it.

    Not an Exception, so that a cell's `except Exception` does not go on and wait again.
    """


class LayerPort:
    """The layer in terms of the frames between agent and kernel."""

    def __init__(self) -> None:
        """Install the layer. Collective over COMM_WORLD."""
        self._layer = mpi.install()
        if os.environ.get(SWITCH) == "off":
            self._layer.off()

    @property
    def on(self) -> bool:
        return self._layer.on

    def begin(self, request: dict[str, Any], cell_file: str | None) -> None:
        """A cell or program begins. ``cell_file``: its name in frames of its code."""
        self._layer.begin(request["run"], request["record"], request["strict"], cell_file)

    def end(self) -> list[str]:
        """The cell has ended; notes for the user."""
        return list(self._layer.end())

    def progress(self) -> bool:
        """Give MPI a turn; whether it is to have more of them until the next run."""
        return self._layer.progress()

    def wait_state(self) -> dict[str, Any] | None:
        """What the main thread waits for in MPI, if it has for long. From any thread."""
        wait = self._layer.wait_state()
        return wait if wait is not None and wait["waited"] >= PATIENCE else None

    @property
    def filling(self) -> bool:
        """The record has to be sent, or it will be cut."""
        return self._layer.recorder.filling

    def traces(self, run: str) -> list[Trace]:
        """`trace` reports of what was recorded since the last ones."""
        found: list[Trace] = []
        while True:
            payload, dropped = self._layer.drain(BATCH)
            if dropped or any(payload.values()):
                header = {"type": "trace", "run": run, "dropped": dropped}
                found.append((header, encode(payload)))
            if len(payload["calls"]) < BATCH:
                return found

    def raise_deadlock(self, text: str) -> None:
        """Let the waiting call of the main thread raise."""
        self._layer.raise_in_wait(DeadlockError(text))

    def recover(self) -> list[str]:
        """Move COMM_WORLD to a clean context; communicators of the user's that may hold
        messages of the run before. Collective, between runs.

        Raises TimeoutError where other ranks do not come.
        """
        return list(self._layer.recover())
