"""Our kernelspec, under its own name and as ``python3``, in a temporary Jupyter path."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "rankbook" / "kernelspec" / "kernel.json"


def write_spec(jupyter_path: Path, name: str) -> None:
    """Install our kernelspec into a Jupyter path under a name."""
    folder = jupyter_path / "kernels" / name
    folder.mkdir(parents=True)
    spec = json.loads(SPEC.read_text())
    spec["argv"][0] = sys.executable
    (folder / "kernel.json").write_text(json.dumps(spec))


@pytest.fixture(scope="session")
def overlay_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Jupyter path in which ``python3`` is our kernel."""
    path = tmp_path_factory.mktemp("overlay")
    write_spec(path, "python3")
    return path


@pytest.fixture(scope="session", autouse=True)
def jupyter_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Jupyter path of these tests: ``rankbook`` is our kernel. Removed at the end."""
    path = tmp_path_factory.mktemp("jupyter")
    write_spec(path, "rankbook")
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(path)
    yield path
    if before is None:
        del os.environ["JUPYTER_PATH"]
    else:
        os.environ["JUPYTER_PATH"] = before
    shutil.rmtree(path, ignore_errors=True)
