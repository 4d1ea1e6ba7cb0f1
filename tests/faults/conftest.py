"""Kernels for the rows of the fault table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROWS = ("trial", "in_cells", "interrupts", "kernel", "output", "processes_end", "programs")
pytest.register_assert_rewrite(*(f"tests.faults.{name}" for name in ROWS))

from .trial import Trial  # noqa: E402


@pytest.fixture(scope="session")
def make_trial(
    tmp_path_factory: pytest.TempPathFactory, kernelspec: Path
) -> Iterator[Callable[[bool], Trial]]:
    """Give a kernel that others share, or one that nobody else uses."""
    shared: list[Trial] = []

    def make(own: bool) -> Trial:
        if own:
            return Trial(tmp_path_factory.mktemp("faults"))
        if not shared or not shared[-1].alive:
            shared.append(Trial(tmp_path_factory.mktemp("faults")))
        return shared[-1]

    yield make
    for trial in shared:
        trial.close()
