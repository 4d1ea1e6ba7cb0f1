"""From the last call of a deadlock to its explanation on the page."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator

from bench.launchers import source
from bench.notebook import Notebook
from bench.table import Row


def deadlock() -> Iterator[Row]:
    """All ranks wait for their neighbour. No peer explains it."""
    with Notebook("rankbook") as ours:
        for ranks in (4, 16, 64):
            cell = f"%%mpirun -n {ranks}\n{source('deadlock')}"
            taken = []
            for _ in range(3):
                done = ours.run(cell, timeout=60, wait_for="Deadlock")
                calls = [float(at) for at in re.findall(r"CALL ([\d.]+)", done.text)]
                if len(calls) != ranks or done.seen_at is None:
                    raise AssertionError(f"not explained as a deadlock: {done.text[-1000:]}")
                taken.append(done.seen_at - max(calls))
            middle = statistics.median(taken)
            yield Row(
                f"deadlock of {ranks} ranks: last call to explanation",
                middle,
                None,
                "s",
                2,
                absolute=True,
            )
