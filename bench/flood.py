"""4 ranks x 20,000 lines: whether all arrive, in how many bytes and how fast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.launchers import Finished, mpich, source
from bench.notebook import Cell, Notebook
from bench.repeat import alternate
from bench.table import Row

RANKS, LINES = 4, 20000


def lines_lost(model: dict[str, Any]) -> int:
    """How many lines are not in the output as the notebook keeps it, or not in their order."""
    lost = 0
    for rank in model["ranks"]:
        text = "".join(o["text"] for o in rank["outputs"] if o["output_type"] == "stream")
        wanted = [f"rank {rank['rank']} line {i:05d}:" for i in range(LINES)]
        found = [line[: len(wanted[0])] for line in text.splitlines()]
        if found != wanted:
            lost += max(1, LINES - len(set(wanted) & set(found)))
    return lost


def flood() -> Iterator[Row]:
    """Against mpiexec with its output into a pipe."""
    cells: list[Cell] = []
    programs: list[Finished] = []
    with Notebook("rankbook") as ours:
        cell = f"%%mpirun -n {RANKS}\n{source('lines')}"
        ours.must(cell)

        def flooded() -> float:
            cells.append(ours.must(cell))
            return cells[-1].seconds

        def piped() -> float:
            programs.append(mpich("lines", RANKS))
            return programs[-1].seconds

        mine, peer = alternate(5, flooded, piped)
        text = len(programs[-1].text.encode())
        if programs[-1].text.count("\n") != RANKS * LINES:
            raise AssertionError("mpiexec lost lines: the comparison is void")
        lost = max(lines_lost(cell.model or {"ranks": []}) for cell in cells)
        if any(cell.model is None or len(cell.model["ranks"]) != RANKS for cell in cells):
            raise AssertionError("the output is not a run model of all ranks")
        yield Row(f"{RANKS} x {LINES:,} lines: lost", lost, None, "lines", 0, absolute=True)
        sent = max(cell.iopub_bytes for cell in cells)
        yield Row("  bytes on IOPub / bytes of text", sent / 1e6, text / 1e6, "MB", 1.5)
        yield Row("  time / mpiexec into a pipe", mine, peer, "s", 1.3)
