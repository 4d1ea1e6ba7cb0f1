"""Repeating a measurement so that both sides see the same machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable


def alternate(repetitions: int, *sides: Callable[[], float]) -> list[float]:
    """The median of each side. The sides take turns, so that a slow moment hits all of them."""
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(repetitions):
        for values, side in zip(taken, sides, strict=True):
            values.append(side())
    return [statistics.median(values) for values in taken]
