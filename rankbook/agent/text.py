"""``sys.stdout`` and ``sys.stderr`` of a rank, and the order of their text with displays.

Text leaves line by line, so that it outlives the process; a line not yet ended leaves
within :data:`PARTIAL_DELAY` seconds, or before anything else that the user can see. For
epochs and their marks see ``src/protocol/frames.ts``.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable

from . import streams

#: Seconds that the begin of a line may wait for its end.
PARTIAL_DELAY = 0.05

#: Characters of an unended line that are written at once.
PARTIAL_LIMIT = 8192


class OutputOrder:
    """Counts the epochs of a rank and marks them in both streams."""

    def __init__(self, mark: str, mark_fds: tuple[int, int]) -> None:
        """``mark_fds``: descriptors of the two sockets that user code does not know, so that
        marks arrive even where it has redirected 1 and 2."""
        self.lock = threading.RLock()
        self.epoch = 0
        self._mark = mark
        self._mark_fds = mark_fds
        self._source: object = None
        self._marking = True
        self.stdout = RankStream(self, 1, "<stdout>", "surrogateescape")
        self.stderr = RankStream(self, 2, "<stderr>", "backslashreplace")
        #: Called when a line has been begun, at most once until :meth:`flush_partial`.
        self.on_partial: Callable[[], None] = lambda: None
        self._partial_told = False
        # A process that user code forks shares the descriptors: its text is welcome, marks of
        # its own would contradict ours. Its parent's threads may have held the lock.
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self.lock = threading.RLock()
        self._marking = False
        self._partial_told = True
        self.stdout.pending = ""
        self.stderr.pending = ""

    def enter(self, source: object) -> None:
        """Text of ``source`` follows. Call with the lock held."""
        if self._source is not source:
            if self._source is not None:
                self._advance()
            self._source = source

    def display(self, socket: str) -> int:
        """Begin the epoch of one display; the number belongs in its frame. ``socket``: `work`
        or `control`, by which the frame is going to be sent."""
        with self.lock:
            self._advance(";d" if socket == "work" else ";c")
            self._source = "display"
            return self.epoch

    def end(self) -> int:
        """End the text of a cell; the epoch that both streams then have reached."""
        with self.lock:
            self._advance()
            self._source = None
            return self.epoch

    def flush(self) -> None:
        """Write out what Python and C hold back."""
        with self.lock:
            self.stdout.drain()
            self.stderr.drain()
            streams.flush_c()

    def partial(self) -> None:
        if not self._partial_told:
            self._partial_told = True
            self.on_partial()

    def flush_partial(self) -> None:
        """Write out unended lines; for another thread, which must not wait for the lock: its
        holder may be blocked in a write until the kernel reads on."""
        if self.lock.acquire(blocking=False):
            try:
                self._partial_told = False
                self.stdout.drain()
                self.stderr.drain()
            finally:
                self.lock.release()
        else:
            self._partial_told = False

    def _advance(self, flag: str = "") -> None:
        self.flush()
        self.epoch += 1
        if self._marking:
            mark = f"\x1b]777;rankbook;{self._mark};{self.epoch}{flag}\x07".encode()
            for fd in self._mark_fds:
                write_all(fd, mark)


class RankStream(io.TextIOBase):
    """A text stream over descriptor 1 or 2."""

    def __init__(self, order: OutputOrder, fd: int, name: str, errors: str) -> None:
        super().__init__()
        self._order = order
        self._fd = fd
        self.pending = ""
        self.name = name
        self.mode = "w"
        self._errors = errors
        self.buffer = _Bytes(self)

    encoding = "utf-8"
    newlines = None
    line_buffering = True

    @property
    def errors(self) -> str:
        return self._errors

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        order = self._order
        with order.lock:
            order.enter(self)
            self.pending += text
            if "\n" in text or "\r" in text or len(self.pending) > PARTIAL_LIMIT:
                self.drain()
            elif text:
                order.partial()
        return len(text)

    def write_bytes(self, data: bytes) -> int:
        with self._order.lock:
            self._order.enter(self)
            self.drain()
            write_all(self._fd, data)
        return len(data)

    def drain(self) -> None:
        """Write out what is pending. Call with the lock held."""
        if self.pending:
            text, self.pending = self.pending, ""
            try:
                data = text.encode("utf-8", self._errors)
            except UnicodeEncodeError:
                # The reader replaces what is no character.
                data = text.encode("utf-8", "surrogatepass")
            write_all(self._fd, data)

    def flush(self) -> None:
        with self._order.lock:
            self.drain()

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        # Closing would take the streams from all code that comes later.
        self.flush()

    def reconfigure(self, *, errors: str | None = None, **_options: object) -> None:
        """As in TextIOWrapper, of which only ``errors`` means anything here."""
        if errors is not None:
            self._errors = errors


class _Bytes(io.BufferedIOBase):
    """``sys.stdout.buffer``."""

    def __init__(self, stream: RankStream) -> None:
        super().__init__()
        self._stream = stream
        self.name = stream.name
        self.mode = "wb"

    def write(self, data) -> int:
        return self._stream.write_bytes(bytes(data))

    def flush(self) -> None:
        self._stream.flush()

    def fileno(self) -> int:
        return self._stream.fileno()

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        self.flush()


def write_all(fd: int, data: bytes) -> None:
    """Write all of ``data``; where nobody reads any more it is lost, as the process soon is."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            _wait_writable(fd)
        except (BrokenPipeError, ConnectionResetError):
            return


def _wait_writable(fd: int) -> None:
    import select

    select.select([], [fd], [])
