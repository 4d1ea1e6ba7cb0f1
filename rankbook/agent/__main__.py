"""``python -m rankbook.agent``: a rank that an MPI launcher has started.

``RANKBOOK_BOOT`` names the boot file, which only the owner can read; the launcher's own
variables say which rank this is. With arguments, the rank becomes that program.
"""

from __future__ import annotations

import os
import sys

from . import boot


def main() -> None:
    path = os.environ.pop("RANKBOOK_BOOT", None)
    rank = os.environ.get("PMI_RANK", os.environ.get("PMIX_RANK"))
    size = os.environ.get("PMI_SIZE")
    if path is None or rank is None or size is None:
        sys.exit("rankbook.agent is started by Rankbook through an MPI launcher")
    own = boot.from_file(path, int(rank), int(size))
    sys.path[:] = [entry for entry in sys.path if entry]
    if len(sys.argv) > 1:
        boot.run_executable(own, sys.argv[1:])
    import mpi4py

    mpi4py.rc.initialize = False
    boot.run_agent(own)


main()
