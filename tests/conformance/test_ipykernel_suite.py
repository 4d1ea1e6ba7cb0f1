"""ipykernel's own tests, against ipykernel and against our kernel in its place.

Plain cells are to be as with ipykernel: what passes with it has to pass with us, except what
is listed here with its reason.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import ipykernel
import pytest

FILES = ("test_message_spec.py", "test_kernel.py", "test_subshells.py")

HERE = Path(__file__).resolve().parent

#: Tests that differ, and why.
EXPECTED = {
    "test_kernel.test_parent_header_and_ident": (
        "looks at the identities with which ipykernel's socket was addressed; between client "
        "and ipykernel stands the kernel, whose identity comes first"
    ),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked source distribution of the ipykernel that is installed."""
    folder = tmp_path_factory.mktemp("ipykernel")
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
    options = ["--no-binary", "ipykernel", "--no-build-isolation"]
    subprocess.run([*command, *options, f"ipykernel=={ipykernel.__version__}"], check=True)
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def run_suite(
    source: Path, report: Path, jupyter_path: Path, only: Collection[str] = ()
) -> dict[str, str]:
    """Run the suite, or these of its tests; the outcome of each test by its name."""
    env = {
        **os.environ,
        "JUPYTER_PATH": str(jupyter_path),
        "PYTHONPATH": str(HERE),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, f"--rootdir={source}"]
    options = ["-p", "no:cacheprovider", "-p", "ipykernel_options", f"--junitxml={report}"]
    files = [f"tests/{name}" for name in FILES]
    if only:
        options += ["-k", " or ".join(name.split(".")[-1].split("[")[0] for name in only)]
    subprocess.run(
        [*command, *options, *files],
        cwd=source,
        env=env,
        check=False,
        stdout=subprocess.DEVNULL,
        timeout=400,
    )
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').split('.')[-1]}.{case.get('name')}"
        states = {child.tag for child in case} & {"failure", "error", "skipped"}
        outcomes[name] = min(states, default="passed")
    return outcomes


def differences(bare: dict[str, str], ours: dict[str, str]) -> dict[str, str]:
    """How the tests ended that did not end alike, by their names."""
    return {
        name: f"ipykernel {outcome}, Rankbook {ours.get(name)}"
        for name, outcome in bare.items()
        if outcome != ours.get(name) and name not in EXPECTED
    }


@pytest.mark.timeout(900)
def test_as_ipykernel(source: Path, overlay_path: Path, tmp_path: Path) -> None:
    # At the same time: much of it is waiting.
    with ThreadPoolExecutor() as pool:
        bare_run = pool.submit(run_suite, source, tmp_path / "bare.xml", tmp_path / "nothing")
        ours = run_suite(source, tmp_path / "ours.xml", overlay_path)
        bare = bare_run.result()
    assert len(bare) > 70
    assert bare.keys() == ours.keys()
    differing = differences(bare, ours)
    if differing:
        # Some tests have limits of time that a busy machine exceeds, with either kernel.
        bare = run_suite(source, tmp_path / "bare2.xml", tmp_path / "nothing", differing)
        again = run_suite(source, tmp_path / "ours2.xml", overlay_path, differing)
        assert differing.keys() <= bare.keys()
        differing = differences(bare, again)
    assert differing == {}
    assert sum(outcome == "passed" for outcome in ours.values()) > 60
