"""Kernels for the tests of what Jupyter expects of a kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from ..notebooks import Notebook, write_spec


@pytest.fixture(scope="session")
def overlay_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Jupyter path in which ``python3`` is our kernel."""
    path = tmp_path_factory.mktemp("overlay")
    write_spec(path, "python3")
    return path


@pytest.fixture(scope="session", autouse=True)
def _kernelspec(kernelspec: Path) -> None:
    """All tests here start our kernel by its name."""


@pytest.fixture
def make_notebook() -> Iterator[Callable[..., Notebook]]:
    """Start kernels; they are shut down at the end of the test."""
    started = []

    def make(arguments: list[str] | None = None, **options: object) -> Notebook:
        manager = KernelManager(kernel_name="rankbook", **options)
        manager.start_kernel(extra_arguments=arguments or [])
        started.append(Notebook(manager))
        return started[-1]

    yield make
    for notebook in started:
        notebook.close()


@pytest.fixture(scope="module")
def notebook() -> Iterator[Notebook]:
    """One kernel for the tests of a module that leave it well."""
    manager = KernelManager(kernel_name="rankbook")
    manager.start_kernel()
    notebook = Notebook(manager)
    yield notebook
    notebook.close()
