"""What a rank is told when it starts, and how one becomes another program."""

from __future__ import annotations

import json
import os
import signal
import socket
from dataclasses import dataclass

from . import streams


@dataclass(frozen=True)
class Boot:
    """Where a rank belongs and how it reaches the kernel."""

    world: str
    rank: int
    size: int
    #: Proves to the kernel that this is a process of its own.
    token: str
    #: Stands in the epoch marks within the text.
    mark: str
    #: Path of the kernel's Unix socket for text and PMI.
    streams: str
    #: ZeroMQ endpoint of the kernel.
    router: str
    #: The kernel's folder with both.
    runtime: str
    #: The kernel is the MPI process manager; else the launcher is.
    pmi: bool


def from_file(path: str, rank: int, size: int) -> Boot:
    """Read the boot file of a world that a launcher starts."""
    with open(path, encoding="utf-8") as file:
        common = json.load(file)
    return Boot(rank=rank, size=size, pmi=False, **common)


def connect_pmi(boot: Boot) -> socket.socket | None:
    """Open the way to the process manager and name it in the environment for MPI_Init."""
    if not boot.pmi:
        return None
    pmi = streams.connect(boot, "pmi")
    os.environ["PMI_FD"] = str(pmi.fileno())
    os.environ["PMI_RANK"] = str(boot.rank)
    os.environ["PMI_SIZE"] = str(boot.size)
    return pmi


def run_executable(boot: Boot, argv: list[str]) -> None:
    """Become another program, as a rank of the world. Returns only by raising."""
    out = streams.connect(boot, "stdout")
    err = streams.connect(boot, "stderr")
    streams.redirect(out, err)
    pmi = connect_pmi(boot)
    if pmi is not None:
        pmi.set_inheritable(True)
    # Python ignores it, and a program inherits that.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvp(argv[0], argv)
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)
