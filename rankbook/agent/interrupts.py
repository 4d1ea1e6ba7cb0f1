"""KeyboardInterrupt in the main thread, only while it runs something of the user's."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator


class Interrupts:
    """SIGINT of a rank. Make it in the main thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: str | None = None
        self._wanted: BaseException | None = None
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    @property
    def run(self) -> str | None:
        """The run that the main thread is in."""
        return self._run

    @contextlib.contextmanager
    def allowed(self, run: str) -> Iterator[None]:
        """User code of ``run`` may be interrupted in this block, and only here."""
        with self._lock:
            self._run = run
        signal.signal(signal.SIGINT, self._on_signal)
        try:
            yield
        finally:
            with self._lock:
                self._run = None
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def interrupt(self, run: str) -> bool:
        """From another thread: interrupt the main thread if it still is in ``run``, and the
        subprocesses of the rank with it, as Ctrl-C in a terminal does."""
        with self._lock:
            if self._run != run:
                return False
            if os.getpgrp() == os.getpid():
                os.killpg(0, signal.SIGINT)
            else:
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            return True

    def _on_signal(self, _number: int, _frame: object) -> None:
        if self._run is not None:
            raise KeyboardInterrupt
