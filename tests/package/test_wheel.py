"""What `pip install rankbook` gives on a machine without Node."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parent / "run_cell.py").read_text()
SYSTEMS = ["linux/x64", "linux/arm64", "darwin/x64", "darwin/arm64"]


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def environment(make_environment):
    return make_environment(sys.executable, "jupyterlab", "notebook")


def test_one_wheel_serves_every_system(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    assert wheel.stat().st_size < 15e6


@pytest.mark.parametrize("system", SYSTEMS)
def test_holds_the_binary_of_each_system(names: list[str], system: str) -> None:
    inside = [name for name in names if name.startswith(f"rankbook/node/build/{system}/")]
    libraries = {"linux": 2, "darwin": 1}
    assert len(inside) == libraries[system.split("/", maxsplit=1)[0]], inside


def test_its_manifest_names_binaries_that_are_there(wheel: Path, names: list[str]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        manifest = json.loads(archive.read("rankbook/node/build/manifest.json"))
    files = [f"rankbook/node/build/{file}" for file in manifest.values()]
    assert len(files) == 6
    assert set(files) <= set(names)


def test_holds_licences_and_nothing_of_development(names: list[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "rankbook/node/LICENSES.txt" in names
    assert any(name.endswith("third-party-licenses.json") for name in names)
    wrong = [n for n in names if n.endswith((".ts", ".tsx", ".pyc")) or n.startswith("tests")]
    assert wrong == []


def test_jupyterlab_accepts_the_labextension(environment) -> None:
    listed = environment.run("jupyter", "labextension", "list")
    (row,) = [text for text in listed.splitlines() if "rankbook" in text]
    assert "enabled" in row
    assert "OK" in row


def test_jupyter_finds_the_kernel_with_its_logos(environment) -> None:
    listed = json.loads(environment.run("jupyter", "kernelspec", "list", "--json"))
    spec = listed["kernelspecs"]["rankbook"]
    assert spec["spec"]["display_name"] == "Python (MPI ranks)"
    files = {path.name for path in Path(spec["resource_dir"]).iterdir()}
    assert files == {"kernel.json", "logo-svg.svg", "logo-32x32.png", "logo-64x64.png"}


def test_every_dependency_is_there(environment) -> None:
    assert "No broken requirements" in environment.run("python", "-m", "pip", "check")


def assert_runs_on_ranks(environment) -> None:
    said = environment.run("python", "-c", SCRIPT, timeout=200)
    assert "node on PATH: None" in said
    assert "[0] rank 0 of 2 has 3.0" in said
    assert "[1] rank 1 of 2 has 3.0" in said


def test_a_cell_runs_on_ranks_without_node(environment) -> None:
    assert_runs_on_ranks(environment)


@pytest.mark.timeout(400)
def test_a_cell_runs_on_ranks_under_other_pythons(make_environment, other_python: str) -> None:
    assert_runs_on_ranks(make_environment(other_python, "nbclient"))
