"""A kernel driven as a front end drives it: one cell at a time, timed from request to idle."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

RUN_MIME = "application/vnd.rankbook.run.v1+json"


class CellError(Exception):
    """The cell ended with an error; the message is its traceback or its text."""


@dataclass
class Cell:
    """What came back for one cell."""

    seconds: float = 0.0
    iopub_bytes: int = 0
    status: str = "?"
    texts: list[str] = field(default_factory=list)
    """Text of streams, errors and displays in order; an updated display counts once."""
    model: dict[str, Any] | None = None
    """The last run model, where there was one."""
    seen_at: float | None = None
    """``time.time()`` when a message first held the text that was waited for."""

    @property
    def text(self) -> str:
        return "".join(self.texts)


class Notebook:
    """One kernel with its client. Use as a context manager."""

    def __init__(self, kernel_name: str) -> None:
        started = time.perf_counter()
        self._manager = KernelManager(kernel_name=kernel_name)
        # What ipykernel says of the interrupt that precedes every shutdown is no news.
        log = subprocess.DEVNULL if kernel_name == "python3" else None
        self._manager.start_kernel(stderr=log)
        self._client: BlockingKernelClient | None = None
        try:
            self._client = self._connect()
        except BaseException:
            self.close()
            raise
        self.start_seconds = time.perf_counter() - started
        """From the start of the process to the answer to the first kernel_info request."""
        self._subscribe()

    @property
    def pid(self) -> int:
        return self._manager.provisioner.process.pid

    def _connect(self, timeout: float = 60) -> BlockingKernelClient:
        # Connecting before the kernel listens would add ZeroMQ's retry interval to the time.
        end = time.monotonic() + timeout
        address = (self._manager.ip, self._manager.shell_port)
        while True:
            with suppress(OSError), socket.create_connection(address, 1):
                break
            if time.monotonic() > end or not self._manager.is_alive():
                raise CellError(f"the kernel {self._manager.kernel_name} did not start")
            time.sleep(0.003)
        client = self._manager.client()
        client.start_channels()
        client.kernel_info(reply=True, timeout=timeout)
        return client

    def _subscribe(self) -> None:
        """Wait until something is heard on IOPub: what a kernel says before that is lost."""
        client = self._client
        for _ in range(100):
            client.kernel_info(reply=True, timeout=60)
            if client.iopub_channel.socket.poll(100):
                return
        raise CellError("nothing is heard of the kernel on IOPub")

    def run(self, code: str, timeout: float = 120, wait_for: str | None = None) -> Cell:
        """Execute and wait for idle.

        Raises `CellError` when there is none in `timeout` seconds.
        """
        client = self._client
        if client is None:
            raise CellError("the kernel is closed")
        cell = Cell()
        displays: dict[str, int] = {}
        start = time.perf_counter()
        request = client.execute(code, stop_on_error=False)
        while True:
            left = timeout - (time.perf_counter() - start)
            if left <= 0 or not client.iopub_channel.socket.poll(int(left * 1000)):
                raise CellError(f"not idle after {timeout} s: {code[:60]!r}; {cell.text[-500:]}")
            frames = client.iopub_channel.socket.recv_multipart()
            now = time.perf_counter()
            _, frames_of_message = client.session.feed_identities(frames)
            message = client.session.deserialize(frames_of_message)
            if message["parent_header"].get("msg_id") != request:
                continue
            cell.iopub_bytes += sum(len(frame) for frame in frames)
            if message["content"].get("execution_state") == "idle":
                cell.seconds = now - start
                break
            _take(cell, displays, message)
            if wait_for is not None and cell.seen_at is None and wait_for in cell.text:
                cell.seen_at = time.time()
        reply = client.get_shell_msg(timeout=30)
        while reply["parent_header"].get("msg_id") != request:
            reply = client.get_shell_msg(timeout=30)
        cell.status = reply["content"]["status"]
        return cell

    def must(self, code: str, timeout: float = 120) -> Cell:
        """As `run`, and the cell has to succeed."""
        cell = self.run(code, timeout)
        if cell.status != "ok":
            raise CellError(cell.text[-2000:] or cell.status)
        return cell

    def close(self) -> None:
        if self._client is not None:
            self._client.stop_channels()
            self._client = None
        self._manager.shutdown_kernel(now=False)

    def __enter__(self) -> Notebook:  # noqa: PYI034 (Self is newer than Python 3.10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _take(cell: Cell, displays: dict[str, int], message: dict[str, Any]) -> None:
    content = message["content"]
    kind = message["msg_type"]
    if kind == "stream":
        cell.texts.append(content["text"])
    elif kind == "error":
        cell.texts.append("\n".join(content["traceback"]))
    elif kind in ("display_data", "update_display_data", "execute_result"):
        data = content["data"]
        cell.model = data.get(RUN_MIME, cell.model)
        text = data.get("text/plain", "")
        shown = content.get("transient", {}).get("display_id")
        if shown in displays:
            cell.texts[displays[shown]] = text
        else:
            if shown is not None:
                displays[shown] = len(cell.texts)
            cell.texts.append(text)
