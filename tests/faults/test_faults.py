"""What a run must survive: each row of the table, on real ranks, through a real client."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ..notebooks import ROOT
from .fault import Fault
from .table import FAULTS, markdown
from .trial import Trial

DOCUMENT = ROOT / "docs" / "faults.md"


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_fault(fault: Fault, make_trial: Callable[[bool], Trial]) -> None:
    trial = make_trial(fault.own_kernel)
    try:
        fault.check(trial)
        if not fault.own_kernel:
            trial.check_goes_on()
    finally:
        if fault.own_kernel:
            trial.close()


def test_document() -> None:
    """The users' document tells the same: see ``python -m tests.faults.table``."""
    assert rows(DOCUMENT.read_text()) == rows(markdown())


def rows(text: str) -> list[list[str]]:
    """Headings and rows of tables, spaces between words and columns being one."""
    lines = [re.sub(r"\s+", " ", line) for line in text.splitlines()]
    kept = [line for line in lines if re.match(r"## |\| (?!-)", line)]
    return [[part.strip() for part in line.strip("| ").split(" | ")] for line in kept]
