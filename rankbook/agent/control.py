"""The control thread of a rank: answers the kernel while a cell runs."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from typing import Any

import zmq

from .boot import Boot
from .channel import Channel
from .text import PARTIAL_DELAY

#: A report and its payload, or None: close the socket and end the thread.
_Message = tuple[dict[str, Any], bytes] | None


class ControlThread:
    """Owns the control socket. Other threads speak through :meth:`post`."""

    def __init__(self, context: zmq.Context, boot: Boot, lifeline: int) -> None:
        """``lifeline``: descriptor of a socket to the kernel that becomes readable only when
        the kernel is gone."""
        self._context = context
        self._boot = boot
        self._lifeline = lifeline
        self._outbox: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._flush_due = False
        #: By type of the request. Called in this thread: must not take long.
        self.handlers: dict[str, Callable[[dict[str, Any]], None]] = {}
        self.flush_partial: Callable[[], None] = lambda: None
        self.on_kernel_gone: Callable[[], None] = lambda: os._exit(1)

        self._thread = threading.Thread(target=self._run, name="rankbook-control", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Send what is posted and end the thread."""
        if self._thread.is_alive():
            self._outbox.put(None)
            self._wake()
            self._thread.join()

    def post(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Send a report, from any thread."""
        self._outbox.put((header, payload))
        self._wake()

    def partial_begun(self) -> None:
        """A line has been begun: call ``flush_partial`` after a short while."""
        self._flush_due = True
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_write, b"w")

    def _run(self) -> None:
        # The main thread is the one that signals of the user's are for.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        channel = Channel(self._context, self._boot, "control")
        poller = zmq.Poller()
        poller.register(channel.socket, zmq.POLLIN)
        poller.register(self._wake_read, zmq.POLLIN)
        poller.register(self._lifeline, zmq.POLLIN)
        while True:
            due = self._flush_due
            ready = dict(poller.poll(PARTIAL_DELAY * 1000 if due else None))
            if due and not ready:
                self._flush_due = False
                self.flush_partial()
            if self._lifeline in ready:
                self.on_kernel_gone()
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
            while not self._outbox.empty():
                message = self._outbox.get()
                if message is None:
                    channel.close()
                    return
                channel.send(*message)
            if channel.socket in ready:
                request, _payload = channel.receive()
                handler = self.handlers.get(request["type"])
                if handler is not None:
                    self._handle(handler, request)

    def _handle(self, handler: Callable[[dict[str, Any]], None], request: dict[str, Any]) -> None:
        """A mistake of ours must not leave a rank that can not be interrupted any more."""
        try:
            handler(request)
        except Exception:
            traceback.print_exc()
