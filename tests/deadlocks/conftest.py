"""A kernel that all programs share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from ..notebooks import Notebook


@pytest.fixture(scope="session")
def notebook(kernelspec: Path) -> Iterator[Notebook]:
    """One kernel for all programs; their worlds live on from one to the next."""
    manager = KernelManager(kernel_name="rankbook")
    manager.start_kernel()
    notebook = Notebook(manager)
    yield notebook
    notebook.close()
