"""Run mpi4py's own test suite with the layer and without, and compare.

    python tests/mpi4py-suite/run.py [-n 1 2 3 4] [--record full] [--only REGEX] [--timeout S]

Each test module runs under the `mpiexec` of the MPICH wheel, once on plain mpi4py and
once with the layer, and every test must end alike on every rank. Prints a table by
number of ranks, then the tests that differ; exits with 1 if any does. A module that does
not end in time without the layer either is named and not counted.

The suite comes from mpi4py's source distribution of the installed version, which pip
fetches into `--source` (default: a folder for caches of the user).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
RANK = HERE / "rank.py"
BIN = Path(sys.executable).parent


#: As in mpi4py's own CI (`.ci/env.mpich`): else plain MPI spins where ranks share cores.
SETTINGS = {
    "MPIR_CVAR_POLLS_BEFORE_YIELD": "1",
    "MPIR_CVAR_CH4_PROGRESS_THROTTLE": "true",
    "MPIR_CVAR_CH4_PROGRESS_THROTTLE_NO_PROGRESS_COUNT": "1",
}

#: Left out of both runs, with the reason, which is printed.
LEFT_OUT = {
    "testIAgree": "mpi4py makes Iagree for MPICH of an Iallreduce, and the test lets it pass a "
    "Barrier that other ranks enter before: in step only while Barrier is the blocking one",
}


def fetch(folder: Path) -> Path:
    """The folder `test` of the source distribution."""
    wanted = version("mpi4py")
    tests = folder / f"mpi4py-{wanted}" / "test"
    if tests.is_dir():
        return tests
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            "mpi4py",
            "-d",
            str(folder),
            f"mpi4py=={wanted}",
        ],
        check=True,
    )
    with tarfile.open(folder / f"mpi4py-{wanted}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return tests


def run(tests: Path, module: str, ranks: int, record: str, timeout: float) -> list | None:
    """Outcome of each test by rank; None if the module did not end in time."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                str(BIN / "mpiexec"),
                "-n",
                str(ranks),
                sys.executable,
                str(RANK),
                str(tests),
                folder,
                record,
                "-q",
                "-i",
                f"{module}.py$",
                *(f"-x{test}" for test in LEFT_OUT),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=folder,
            env={**os.environ, **SETTINGS},
        )
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            end(process)
        return [
            json.loads(file.read_text()) if file.exists() else {"ended": "without a result"}
            for file in (Path(folder) / f"{rank}.json" for rank in range(ranks))
        ]


def end(process: subprocess.Popen) -> None:
    """Leave no rank behind: the launcher ends them when it is asked to."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def counts(outcome: list | None) -> dict[str, int]:
    """How many tests ended how on rank 0."""
    found = {"passed": 0, "failed": 0, "skipped": 0}
    for how in (outcome[0] if outcome else {}).values():
        found[how if how in found else "failed"] += 1
    return found


def differences(module: str, plain: list, layer: list | None) -> list[str]:
    if layer is None:
        return [f"{module}: does not end with the layer"]
    found = [] if plain[0] else [f"{module}: has no tests"]
    for rank, (before, after) in enumerate(zip(plain, layer, strict=True)):
        found += [
            f"{test} on rank {rank}: {before.get(test)} plain, {after.get(test)} with the layer"
            for test in sorted({*before, *after})
            if before.get(test) != after.get(test)
        ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--record", choices=["off", "waits", "full"], default="full")
    parser.add_argument("--only", default="", metavar="REGEX")
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument(
        "--source", type=Path, default=Path.home() / ".cache" / "rankbook-mpi4py-suite"
    )
    options = parser.parse_args()
    # So that the ranks end too where this is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    tests = fetch(options.source)
    modules = [file.stem for file in sorted(tests.glob("test_*.py"))]
    modules = [module for module in modules if re.search(options.only, module)]
    rows, wrong, stuck = [], [], []
    for ranks in options.n:
        totals = {mode: {"passed": 0, "failed": 0, "skipped": 0} for mode in ("plain", "layer")}
        for module in modules:
            plain = run(tests, module, ranks, "plain", options.timeout)
            if plain is None:
                stuck.append(f"{module} at n={ranks}")
                print(f"n={ranks} {module}: does not end without the layer", flush=True)
                continue
            layer = run(tests, module, ranks, options.record, options.timeout * 2)
            for mode, outcome in (("plain", plain), ("layer", layer)):
                for how, count in counts(outcome).items():
                    totals[mode][how] += count
            found = [f"n={ranks} {text}" for text in differences(module, plain, layer)]
            wrong += found
            print(f"n={ranks} {module}: {len(plain[0])} tests", *found, sep="\n  ", flush=True)
        rows.append((ranks, totals))
    print("\n| ranks | mpi4py: passed, failed, skipped | with the layer | equal |")
    print("|---|---|---|---|")
    for ranks, totals in rows:
        cells = [" / ".join(str(v) for v in totals[mode].values()) for mode in ("plain", "layer")]
        same = not any(text.startswith(f"n={ranks} ") for text in wrong)
        print(f"| {ranks} | {cells[0]} | {cells[1]} | {'yes' if same else 'no'} |")
    for test, reason in LEFT_OUT.items():
        print(f"Left out: {test}: {reason}.")
    if stuck:
        print("Do not end under plain mpi4py here either:", ", ".join(stuck))
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
