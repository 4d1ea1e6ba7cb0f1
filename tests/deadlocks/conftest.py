"""A kernel that all programs share, and more of them for those that mostly wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ..notebooks import Notebook, manager

#: Kernels that run programs at the same time.
KERNELS = 2


def start() -> Notebook:
    kernel = manager()
    kernel.start_kernel()
    return Notebook(kernel)


@pytest.fixture(scope="session")
def notebook(kernelspec: Path) -> Iterator[Notebook]:
    """One kernel for all programs; their worlds live on from one to the next."""
    notebook = start()
    yield notebook
    notebook.close()


class Kernels:
    """Some kernels, each with a thread that runs on it what is given to them in turn."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._started: list[Notebook] = []
        self._pool = ThreadPoolExecutor(KERNELS, initializer=self._begin)

    def submit(self, work: Callable[..., Any], *arguments: object) -> Future:
        """Have ``work(notebook, *arguments)`` done on one of them."""
        return self._pool.submit(lambda: work(self._own.notebook, *arguments))

    def close(self) -> None:
        """End what has not begun, and the kernels."""
        self._pool.shutdown(cancel_futures=True)
        for notebook in self._started:
            notebook.close()

    def _begin(self) -> None:
        self._own.notebook = start()
        self._started.append(self._own.notebook)


@pytest.fixture(scope="session")
def kernels(kernelspec: Path) -> Iterator[Kernels]:
    """Kernels for programs of which each mostly waits for what is said of it."""
    kernels = Kernels()
    yield kernels
    kernels.close()
