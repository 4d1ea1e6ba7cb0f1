"""What a rank is told when it starts."""

from __future__ import annotations

import json
from dataclasses import dataclass


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
