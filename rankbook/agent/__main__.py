"""``python -m rankbook.agent``: a rank that an MPI launcher has started.

``RANKBOOK_BOOT`` names the boot file, which only the owner can read; the launcher's own
variables say which rank this is. With arguments, the rank becomes that program.
"""

from __future__ import annotations

import contextlib
import os
import sys

from . import boot, executable


def main() -> None:
    path = os.environ.pop("RANKBOOK_BOOT", None)
    rank = _first_of("PMI_RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK")
    size = _first_of("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")
    if path is None or rank is None or size is None:
        sys.exit("rankbook.agent is started by Rankbook through an MPI launcher")
    own = boot.from_file(path, int(rank), int(size))
    # A process group of its own: an interrupt or the end of the rank reaches what it starts.
    with contextlib.suppress(PermissionError):
        os.setsid()
    if len(sys.argv) > 1:
        executable.run_executable(own, sys.argv[1:])
    import mpi4py

    mpi4py.rc.initialize = False
    # After that: it imports MPI.
    from .agent import Agent

    Agent(own).run()


def _first_of(*names: str) -> str | None:
    return next((os.environ[name] for name in names if name in os.environ), None)


if __name__ == "__main__":
    main()
