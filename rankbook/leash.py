"""Run mpiexec so that it ends when the kernel does.

It would go on where the kernel is killed. Linux can tell a process of its parent's end, but
only a process itself can ask for that; and mpiexec ends the ranks before one of them could
remove the kernel's folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

from rankbook.processes import end_with_parent


def main() -> None:
    """Run the program of the arguments and exit as it does."""
    kernel = os.getppid()
    runtime = os.path.dirname(os.environ["RANKBOOK_BOOT"])
    program = subprocess.Popen(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: program.terminate())
    if sys.platform == "linux":
        end_with_parent(signal.SIGTERM)
    if os.getppid() != kernel:
        program.terminate()
    code = program.wait()
    if os.getppid() != kernel:
        shutil.rmtree(runtime, ignore_errors=True)
    sys.exit(code if code >= 0 else 128 - code)
