"""The ``mpiexec`` that plain cells find first on PATH."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SHIMS = Path(__file__).resolve().parents[2] / "rankbook" / "shims"

translate = runpy.run_path(str(SHIMS / "mpiexec"))["translate"]


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        ("-n 4 python f.py", "-n 4 python f.py"),
        ("-np 4 ./a.out", "-n 4 ./a.out"),
        ("--allow-run-as-root --oversubscribe -n 2 python f.py", "-n 2 python f.py"),
        ("-n 2 --use-hwthread-cpus hostname", "-n 2 hostname"),
        ("--mca btl self,tcp -n 2 hostname", "-n 2 hostname"),
        ("--map-by core -n 2 hostname", "-n 2 hostname"),
        ("--map-by=core -n 2 hostname", "-n 2 hostname"),
        ("--bind-to none -n 2 hostname", "--bind-to none -n 2 hostname"),
        ("-env A 1 -n 2 hostname", "-env A 1 -n 2 hostname"),
        ("-x PATH -n 1 hostname", "-genvlist PATH -n 1 hostname"),
        # What stands behind the program is the program's.
        ("-n 2 f.sh --oversubscribe -np 3", "-n 2 f.sh --oversubscribe -np 3"),
        ("-n 1 a --oversubscribe : --oversubscribe -np 2 b", "-n 1 a --oversubscribe : -n 2 b"),
        ("", ""),
        ("--mca", ""),
    ],
)
def test_translation(given: str, passed_on: str) -> None:
    assert translate(given.split()) == passed_on.split()


@pytest.mark.parametrize("name", ["mpiexec", "mpirun"])
def test_it_runs_the_mpi_of_this_python(name: str) -> None:
    program = "import sys; from mpi4py import MPI; sys.stdout.write(f'{MPI.COMM_WORLD.size}\\n')"
    line = ["--allow-run-as-root", "--oversubscribe", "-np", "3", sys.executable, "-c", program]
    command = [sys.executable, str(SHIMS / name), *line]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.split() == ["3"] * 3


def test_the_exit_code_is_that_of_the_program() -> None:
    command = [sys.executable, str(SHIMS / "mpiexec"), "-n", "1", "sh", "-c", "exit 3"]
    assert subprocess.run(command, check=False, timeout=60).returncode == 3


def test_they_are_executable() -> None:
    assert all(file.stat().st_mode & 0o111 for file in SHIMS.iterdir() if file.is_file())
