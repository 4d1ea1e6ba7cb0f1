"""The examples run from top to bottom, and what each rank says stands in the notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN_MIME = "application/vnd.rankbook.run.v1+json"
RUN_LINE = re.compile(r"^(?:%%mpirun|%mpirun|%%ranks?|! ?mpi(?:exec|run))\b")
NAMES = [
    "blocking-messages",
    "collectives",
    "heat-2d",
    "n-body",
    "non-blocking",
    "old-style",
    "one-sided",
    "quickstart",
]


def code_cells(notebook: nbformat.NotebookNode) -> Iterator[nbformat.NotebookNode]:
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def run_cells(notebook: nbformat.NotebookNode) -> Iterator[nbformat.NotebookNode]:
    return (cell for cell in code_cells(notebook) if RUN_LINE.match(cell.source))


def display_of(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The one display of a run."""
    (display,) = [output for output in cell.outputs if RUN_MIME in output.get("data", {})]
    return display.data


def text_of(rank: dict, stream: str = "stdout") -> str:
    return "".join(
        output["text"]
        for output in rank["outputs"]
        if output["output_type"] == "stream" and output["name"] == stream
    )


def expected_ranks(source: str) -> set[int]:
    """The ranks that a cell of the examples runs on, from its first line."""
    line = source.splitlines()[0]
    if line.startswith("%%rank "):
        return {int(line.split()[1])}
    size = re.search(r"-np? (\d+)", line)
    assert size, line
    return set(range(int(size[1])))


def test_all_examples_are_there() -> None:
    assert sorted(path.stem for path in (ROOT / "examples").glob("*.ipynb")) == NAMES


def test_the_file_is_clean(example: str) -> None:
    notebook = nbformat.read(ROOT / "examples" / f"{example}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec == {
        "display_name": "Python (MPI ranks)",
        "language": "python",
        "name": "rankbook",
    }
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert any("assert " in cell.source for cell in code_cells(notebook))


def test_every_run_shows_every_rank(example: str, executed: Callable) -> None:
    cells = list(run_cells(executed(example)))
    assert len(cells) >= 4
    for cell in cells:
        data = display_of(cell)
        model = data[RUN_MIME]
        assert model["state"] == "done", cell.source
        assert {rank["rank"] for rank in model["ranks"]} == expected_ranks(cell.source)
        assert {rank["state"] for rank in model["ranks"]} == {"done"}
        plain = data["text/plain"].splitlines()
        for rank in model["ranks"]:
            for line in text_of(rank).splitlines():
                assert f"[{rank['rank']}] {line}".rstrip() in map(str.rstrip, plain)
            assert text_of(rank, "stderr") == "", cell.source


def test_only_the_cells_that_are_to_warn_do(example: str, executed: Callable) -> None:
    for cell in run_cells(executed(example)):
        levels = {notice["level"] for notice in display_of(cell)[RUN_MIME]["notices"]}
        expected = {"warning"} if "warns" in cell.metadata.get("tags", []) else set()
        assert levels & {"warning", "error"} == expected, cell.source


SAID = [
    ("quickstart", "hello", 4, "Hello from rank {rank} of 4"),
    ("quickstart", "program", 3, "rank {rank}: the ranks add up to 3"),
    ("blocking-messages", "exchange", 4, "from the left I have {left}"),
    ("non-blocking", "check", 4, "the same as on one process"),
    ("collectives", "allgather", 4, "[0. 1. 2. 3. 4. 5. 6. 7. 8. 9.]"),
    ("heat-2d", "grid", 4, "block ({row}, {column}) of 2 x 2"),
    ("n-body", "ring", 4, "both ways agree to"),
    ("old-style", "spmd-run", 4, "Greetings from process {rank} of 4"),
    ("one-sided", "fence", 4, "my neighbours have put [1{left}. 2"),
    ("one-sided", "histogram", 4, "my bins hold "),
]


@pytest.mark.parametrize(("name", "cell_id", "size", "text"), SAID)
def test_each_rank_has_said(
    name: str, cell_id: str, size: int, text: str, executed: Callable
) -> None:
    (cell,) = [cell for cell in executed(name).cells if cell.id == cell_id]
    ranks = display_of(cell)[RUN_MIME]["ranks"]
    assert len(ranks) == size
    for rank in ranks:
        number = rank["rank"]
        left = (number - 1) % size
        said = text.format(rank=number, left=left, row=number // 2, column=number % 2)
        assert said in text_of(rank)


@pytest.mark.parametrize(
    ("name", "cell_id"), [("quickstart", "one"), ("heat-2d", "plot"), ("n-body", "plot")]
)
def test_the_figure_is_in_the_tab_of_its_rank(name: str, cell_id: str, executed: Callable) -> None:
    (cell,) = [cell for cell in executed(name).cells if cell.id == cell_id]
    (rank,) = display_of(cell)[RUN_MIME]["ranks"]
    figures = [output for output in rank["outputs"] if "image/png" in output.get("data", {})]
    assert rank["rank"] == 0
    assert len(figures) == 1
