"""The benchmark's own arithmetic: a missed target and a lost line have to show."""

from __future__ import annotations

import pytest

from bench.flood import LINES, lines_lost
from bench.messages import result
from bench.repeat import alternate
from bench.table import Row, line, quantity


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("r", 1.0, 2.0, "s", at_most=0.5), "ok"),
        (Row("r", 1.1, 2.0, "s", at_most=0.5), "MISSED"),
        (Row("r", 97.0, 100.0, "MB/s", at_least=0.97), "ok"),
        (Row("r", 96.0, 100.0, "MB/s", at_least=0.97), "MISSED"),
        (Row("r", 3.0, None, "s", at_most=2.0, absolute=True), "MISSED"),
        (Row("r", 1.0, 2.0, "s"), ""),
    ],
)
def test_a_row_is_judged_by_its_target(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


def test_a_row_is_printed_with_units_ratio_and_target() -> None:
    text = line(Row("first cell", 0.1234, 0.5, "s", at_most=0.5, note="why").cells())
    assert " ".join(text.split()) == "first cell 123 ms 500 ms 0.247x <= 0.5x ok why"


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5, "2.5 s"), (0.0125, "12.5 ms"), (3.2e-7, "0.32 us"), (0, "0 us")]
)
def test_seconds_are_shown_at_their_scale(seconds: float, text: str) -> None:
    assert quantity(seconds, "s") == text


def test_sides_take_turns() -> None:
    calls = []
    sides = [lambda: calls.append("a") or 1.0, lambda: calls.append("b") or 2.0]
    assert alternate(3, *sides) == [1.0, 2.0]
    assert calls == ["a", "b"] * 3


def model(texts: list[str]) -> dict:
    return {
        "ranks": [
            {"rank": r, "outputs": [{"output_type": "stream", "name": "stdout", "text": text}]}
            for r, text in enumerate(texts)
        ]
    }


def test_lost_and_disordered_lines_are_counted() -> None:
    lines = [f"rank 0 line {i:05d}: text\n" for i in range(LINES)]
    assert lines_lost(model(["".join(lines)])) == 0
    assert lines_lost(model(["".join(lines[:-3])])) == 3
    assert lines_lost(model(["".join(reversed(lines))])) == 1


def test_a_program_without_result_is_an_error() -> None:
    assert result("[0] RESULT 1.5e-3\n") == 0.0015
    with pytest.raises(AssertionError, match="no RESULT"):
        result("nothing")
