"""Our kernelspec in a temporary Jupyter path, and the example notebooks run with it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.fixture(scope="session", autouse=True)
def jupyter_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Jupyter path of these tests, removed at the end."""
    path = tmp_path_factory.mktemp("jupyter")
    folder = path / "kernels" / "rankbook"
    folder.mkdir(parents=True)
    spec = json.loads((ROOT / "rankbook" / "kernelspec" / "kernel.json").read_text())
    spec["argv"][0] = sys.executable
    (folder / "kernel.json").write_text(json.dumps(spec))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(path))
        yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def executed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], nbformat.NotebookNode]]:
    """Runs an example by its name, from top to bottom, in a folder of its own; once only.

    Raises where a cell fails.
    """
    done: dict[str, nbformat.NotebookNode] = {}
    folder = tmp_path_factory.mktemp("examples")

    def run(name: str) -> nbformat.NotebookNode:
        if name not in done:
            notebook = nbformat.read(ROOT / "examples" / f"{name}.ipynb", as_version=4)
            (folder / name).mkdir()
            resources = {"metadata": {"path": str(folder / name)}}
            NotebookClient(notebook, timeout=100, resources=resources).execute()
            done[name] = notebook
        return done[name]

    yield run
    shutil.rmtree(folder, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "example" in metafunc.fixturenames:
        names = [path.stem for path in EXAMPLES]
        metafunc.parametrize("example", names)
