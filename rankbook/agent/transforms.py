"""Input transformations of a rank's shell that keep the line numbers of the cell.

The source of a cell comes with the magic line as an empty line. IPython would strip it,
and with it shift each line number in tracebacks and in the record of MPI calls.
"""

from __future__ import annotations

from IPython.core.inputtransformer2 import TransformerManager, leading_empty_lines


def cell_magic_after_blank(lines: list[str]) -> list[str]:
    """``%%magic`` on the first line that is not blank takes the rest of the cell."""
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if not line.startswith("%%"):
            return lines
        name, _, argument = line[2:].strip().partition(" ")
        if not name or name.endswith("?"):
            return lines
        body = "".join(lines[index + 1 :])
        call = f"get_ipython().run_cell_magic({name!r}, {argument.strip()!r}, {body!r})\n"
        return [*lines[:index], call]
    return lines


def keep_line_numbers(manager: TransformerManager) -> None:
    """Change a shell's transformer manager accordingly."""
    manager.cleanup_transforms = [
        transform
        for transform in manager.cleanup_transforms
        if transform is not leading_empty_lines
    ]
    manager.line_transforms = [
        cell_magic_after_blank if transform.__name__ == "cell_magic" else transform
        for transform in manager.line_transforms
    ]
