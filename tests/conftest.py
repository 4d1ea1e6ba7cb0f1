"""Our kernelspec in a temporary Jupyter path, and kernels started by it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .notebooks import write_spec


@pytest.fixture(scope="session")
def kernelspec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Jupyter path, set for the whole session, in which ``rankbook`` is our kernel."""
    path = tmp_path_factory.mktemp("jupyter")
    write_spec(path, "rankbook")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(path))
        yield path
    shutil.rmtree(path, ignore_errors=True)
