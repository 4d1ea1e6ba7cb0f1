"""The processes of a kernel, found by a variable that all of them inherit."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "RANKBOOK_TEST_FAMILY"


@dataclass(frozen=True)
class Process:
    """A process as it was when it was seen."""

    pid: int
    parent: int
    command: str


class Family:
    """A kernel's processes, also those that have lost their parents."""

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex

    @property
    def environment(self) -> dict[str, str]:
        """Variables for the kernel."""
        return {VARIABLE: self.mark}

    def members(self) -> list[Process]:
        """Those that live now."""
        found = []
        entry = f"{VARIABLE}={self.mark}".encode()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                if entry not in (folder / "environ").read_bytes().split(b"\0"):
                    continue
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if stat[0] != "Z":
                found.append(Process(int(folder.name), int(stat[1]), command.strip()))
        return found

    def one(self, part: str) -> Process:
        """The only process with this in its command, but not a child of another such."""
        members = [process for process in self.members() if part in process.command]
        pids = {process.pid for process in members}
        [process] = [process for process in members if process.parent not in pids]
        return process

    def children(self, pid: int) -> list[Process]:
        """Children of a process, e.g. the zygote's: the ranks."""
        return [process for process in self.members() if process.parent == pid]

    def wait(self, seconds: float, but: set[int]) -> list[Process]:
        """Wait until none is left but those; the processes that are left then."""
        end = time.monotonic() + seconds
        while True:
            left = [process for process in self.members() if process.pid not in but]
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.05)


def resident_memory(pid: int) -> int:
    """Bytes of memory that a process holds now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)
