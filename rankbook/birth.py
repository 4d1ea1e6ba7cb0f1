"""How a process that the zygote has forked comes to be a rank."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import traceback
from dataclasses import dataclass
from typing import NoReturn

from rankbook.crash import CrashFile
from rankbook.processes import WORLD_VARIABLE, end_with_parent


@dataclass(frozen=True)
class Job:
    """A `fork` request."""

    world: str
    size: int
    token: str
    mark: str
    streams: str
    router: str
    runtime: str
    cwd: str
    #: Set on top of the zygote's own environment.
    env: dict[str, str]
    #: Files to remove when all ranks of the world are gone.
    litter: list[str]
    #: The executable that each rank becomes, and its arguments; null: agents.
    exec: list[list[str]] | None


def become_rank(
    job: Job, rank: int, crash: CrashFile, parent: int, control: socket.socket
) -> NoReturn:
    """In the child: be the rank. ``parent``, ``control``: the zygote and its way to the kernel."""
    try:
        _leave_zygote(job, crash, parent, control)
        from rankbook.agent import boot
        from rankbook.agent.agent import Agent

        own = boot.Boot(
            world=job.world,
            rank=rank,
            size=job.size,
            token=job.token,
            mark=job.mark,
            streams=job.streams,
            router=job.router,
            runtime=job.runtime,
            pmi=True,
        )
        if job.exec is not None:
            from rankbook.agent import executable

            executable.run_executable(own, job.exec[rank])
        Agent(own).run()
    except SystemExit:
        # The end of a program: let Python finish as it does at the end of a script.
        raise
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _leave_zygote(job: Job, crash: CrashFile, parent: int, control: socket.socket) -> None:
    """What a forked child does before it is anything else."""
    end_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    # A process group of its own for what it starts, in the session of all ranks: Linux divides
    # cores among sessions, and between sessions a rank that yields would not let others go on.
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    control.detach()
    os.closerange(3, crash.fd)
    os.closerange(crash.fd + 1, 4096)
    crash.watch()
    os.environ.update(job.env)
    os.environ[WORLD_VARIABLE] = job.world
    os.chdir(job.cwd)
    _reseed()
    gc.enable()


def _reseed() -> None:
    """Ranks must not draw the same random numbers because they come of one process."""
    import random

    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        # From one number it costs half of the memory that it costs from nothing.
        numpy_random.seed(int.from_bytes(os.urandom(4), "little"))
