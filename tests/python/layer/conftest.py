"""Scripts on real ranks, under the launcher of the MPICH wheel."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PRELUDE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from mpi4py import MPI
plain = MPI.COMM_WORLD
from rankbook.mpi import install
layer = install()
comm = MPI.COMM_WORLD
rank, size = comm.Get_rank(), comm.Get_size()
"""


@pytest.fixture
def ranks(tmp_path):
    """`ranks(n, script)` runs a script on n ranks and gives what rank 0 printed.

    It sees `plain` (mpi4py's own COMM_WORLD), `layer`, `comm`, `rank` and `size`. Fails
    where any rank ends with an error or the time is over.
    """

    def run(number: int, script: str, *arguments: str, seconds: float = 60) -> str:
        file = tmp_path / "script.py"
        file.write_text(PRELUDE.replace("\n", "; ").strip("; ") + "\n" + textwrap.dedent(script))
        command = [str(Path(sys.executable).parent / "mpiexec"), "-n", str(number)]
        done = subprocess.run(
            [*command, sys.executable, str(file), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            env={"PATH": "/usr/bin:/bin", "UCX_LOG_LEVEL": "error"},
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    return run
