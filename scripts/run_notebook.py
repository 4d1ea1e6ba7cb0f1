"""Run a notebook from top to bottom and print each cell with what it said, as plain text.

The file itself is not changed, and files that its cells write go to a folder that ends with the
run. Ends with code 1 and the traceback when a cell fails.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LINES_OF_SOURCE = 12


def text_of(output: nbformat.NotebookNode) -> str:
    """What a reader without any extension sees of one output."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return ESCAPES.sub("", "\n".join(output.traceback))
    return output.data.get("text/plain", "")


def show(cell: nbformat.NotebookNode) -> None:
    if cell.cell_type != "code":
        return
    lines = cell.source.splitlines()
    left_out = len(lines) - LINES_OF_SOURCE
    print("\n".join(f"  | {line}" for line in lines[:LINES_OF_SOURCE]))
    if left_out > 0:
        print(f"  | … {left_out} more lines")
    for output in cell.outputs:
        print(text_of(output).rstrip())
    print(flush=True)


def run(path: Path, folder: str) -> int:
    """Run the notebook with `folder` as its working directory. The exit code."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="rankbook",
        resources={"metadata": {"path": folder}},
        on_cell_executed=lambda cell, **_: show(cell),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        print(ESCAPES.sub("", str(error)), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    with TemporaryDirectory(prefix="rankbook_notebook_") as folder:
        sys.exit(run(Path(sys.argv[1]), folder))
