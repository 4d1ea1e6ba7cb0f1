"""What is asked of the system about processes, and how they are ended."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal

#: Environment variable that tells of which world the rank is that has started a program.
WORLD_VARIABLE = "RANKBOOK_WORLD_ID"

#: Of Linux's <sys/prctl.h>.
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def end_with_parent(number: int) -> None:
    """Linux: have this process sent a signal when its parent ends. A parent that has ended
    before is for the caller to see."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Linux: become the parent of all descendants whose own parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def kill(pid: int) -> None:
    """SIGKILL to one process, if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    """SIGKILL to a rank and all that is in its process group. A child that has not come to
    make its group yet is killed alone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        kill(pid)


def children(pid: int) -> list[int]:
    """Child processes, dead ones that nobody has waited for included."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except FileNotFoundError:
        # A kernel that was built without this file.
        return [
            int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(name) == pid
        ]


def _parent(name: str) -> int | None:
    try:
        with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


def world_of(pid: int) -> str | None:
    """World of the rank that has started this program; None where it can not be told."""
    begin = f"{WORLD_VARIABLE}=".encode()
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            for entry in file.read().split(b"\0"):
                if entry.startswith(begin):
                    return entry[len(begin) :].decode(errors="replace")
    except OSError:
        pass
    return None


def oom_kills() -> int:
    """How many processes the system has killed for want of memory, as far as it tells."""
    try:
        with open("/proc/vmstat", encoding="ascii") as file:
            for line in file:
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"
