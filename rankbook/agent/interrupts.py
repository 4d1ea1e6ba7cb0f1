"""KeyboardInterrupt in the main thread, only while it runs something of the user's."""

from __future__ import annotations

import os
import signal
import threading


class Interrupts:
    """SIGINT of a rank. Make it, `enter` and `leave` in the main thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: str | None = None
        self._armed = False
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    @property
    def run(self) -> str | None:
        """The run that the main thread is in."""
        return self._run

    def enter(self, run: str) -> None:
        """User code of ``run`` follows and may be interrupted from here on, so that this may
        raise KeyboardInterrupt already."""
        signal.signal(signal.SIGINT, self._on_signal)
        self._armed = True
        self._run = run

    def leave(self) -> None:
        """User code has ended, and with it all interrupts. Call it again where a
        KeyboardInterrupt came between the end of user code and this."""
        while self._armed or self._run is not None:
            try:
                self._armed = False
                with self._lock:
                    self._run = None
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            except KeyboardInterrupt:
                continue

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
        if self._armed:
            raise KeyboardInterrupt
