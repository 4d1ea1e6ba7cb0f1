"""What the zygote asks the system about processes, and how it ends them."""

from __future__ import annotations

import contextlib
import os
import signal

#: Environment variable that tells of which world the rank is that has started a program.
WORLD_VARIABLE = "RANKBOOK_WORLD_ID"


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


def orphans(parent: int) -> list[int]:
    """Processes that have come to be children of this one, e.g. daemons that ranks started."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                    after_name = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(after_name[1]) == parent:
                found.append(int(name))
    return found


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
