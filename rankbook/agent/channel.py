"""The two ZeroMQ sockets of a rank. Each belongs to one thread."""

from __future__ import annotations

import json
import operator
import os
import platform
from typing import Any

import zmq

from .boot import Boot


class Channel:
    """A DEALER to the kernel: frames of a JSON header and a payload."""

    def __init__(self, context: zmq.Context, boot: Boot, name: str) -> None:
        socket = context.socket(zmq.DEALER)
        socket.linger = 1000
        socket.identity = f"{boot.world}/{boot.rank}/{name}".encode()
        socket.rcvhwm = socket.sndhwm = 0
        socket.connect(boot.router)
        self.socket = socket
        self.send(
            {
                "type": "hello",
                "token": boot.token,
                "pid": os.getpid(),
                "host": platform.node(),
                "python": platform.python_version(),
            }
        )

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        self.socket.send_multipart((encode(header), payload))

    def receive(self, flags: int = 0) -> tuple[dict[str, Any], bytes]:
        header, payload = self.socket.recv_multipart(flags)
        return json.loads(header), payload

    def close(self) -> None:
        self.socket.close()


def encode(value: object) -> bytes:
    """JSON of what user code may have put numbers of its own kind into: a tag or a rank from
    a numpy array is no `int`, and MPI takes it all the same."""
    return json.dumps(value, default=_plain).encode()


def _plain(value: object) -> object:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return str(value)
