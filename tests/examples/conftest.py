"""The example notebooks, run with our kernel."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from ..notebooks import ROOT, unix_sockets

EXAMPLES = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.fixture(scope="session")
def executed(
    tmp_path_factory: pytest.TempPathFactory, kernelspec: Path
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
            config = Config(KernelManager=unix_sockets())
            NotebookClient(notebook, timeout=100, resources=resources, config=config).execute()
            done[name] = notebook
        return done[name]

    yield run
    shutil.rmtree(folder, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "example" in metafunc.fixturenames:
        names = [path.stem for path in EXAMPLES]
        metafunc.parametrize("example", names)
