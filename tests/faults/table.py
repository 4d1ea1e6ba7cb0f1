"""The table of faults. As a program it prints the tables of ``docs/faults.md``:
``python -m tests.faults.table``."""

from __future__ import annotations

from .fault import Fault, Section
from .in_cells import CELLS
from .interrupts import INTERRUPTS
from .kernel import KERNEL
from .output import OUTPUT
from .processes_end import DEATHS
from .programs import PROGRAMS

SECTIONS: list[Section] = [CELLS, DEATHS, INTERRUPTS, OUTPUT, PROGRAMS, KERNEL]

FAULTS: list[Fault] = [fault for section in SECTIONS for fault in section.faults]


def markdown() -> str:
    """The tables, a heading before each."""
    lines = []
    for section in SECTIONS:
        lines += [f"## {section.title}", "", "| Fault | What Rankbook does | What is kept |"]
        lines += ["| --- | --- | --- |"]
        lines += [f"| {each.name} | {each.does} | {each.kept} |" for each in section.faults]
        lines += [""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown())
