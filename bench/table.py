"""The rows that a measurement makes, and how they are printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line: ours beside a peer's, and what the ratio (or our value) has to be.

    ``at_most`` and ``at_least`` bound ours / peer; with ``absolute`` they bound ours itself.
    """

    what: str
    ours: float
    peer: float | None
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    absolute: bool = False
    note: str = ""

    @property
    def measured(self) -> float:
        if self.absolute:
            return self.ours
        if self.peer is None:
            raise ValueError(f"{self.what}: without a peer a row has to be absolute")
        return self.ours / self.peer

    @property
    def verdict(self) -> str:
        if self.at_most is None and self.at_least is None:
            return ""
        low = self.at_most is None or self.measured <= self.at_most
        high = self.at_least is None or self.measured >= self.at_least
        return "ok" if low and high else "MISSED"

    def _bound(self, value: float) -> str:
        if not self.absolute:
            return f"{value:.3g}x"
        return quantity(value, "s") if self.unit == "s" else f"{value:g}"

    def cells(self) -> list[str]:
        target = ""
        if self.at_most is not None:
            target = f"<= {self._bound(self.at_most)}"
        elif self.at_least is not None:
            target = f">= {self._bound(self.at_least)}"
        peer = "" if self.peer is None else quantity(self.peer, self.unit)
        ratio = "" if self.absolute else f"{self.measured:.3g}x"
        ours = quantity(self.ours, self.unit)
        return [self.what, ours, peer, ratio, target, self.verdict, self.note]


HEAD = ["what", "ours", "peer", "ratio", "target", "", ""]
WIDTHS = [58, 11, 11, 9, 11, 7, 0]


def line(cells: list[str]) -> str:
    """Cells in columns: the first flush left, the numbers flush right."""
    first, *numbers = cells
    parts = [first.ljust(WIDTHS[0])]
    for cell, width in zip(numbers, WIDTHS[1:], strict=True):
        parts.append(cell.rjust(width) if width else f"  {cell}")
    return "".join(parts).rstrip()


def quantity(value: float, unit: str) -> str:
    """A value with its unit; seconds are shown as s, ms or us as fits."""
    if unit == "s":
        for scale, name in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
            if abs(value) >= scale:
                return f"{value / scale:.3g} {name}"
        return f"{value / 1e-6:.3g} us"
    return f"{value:.4g} {unit}".rstrip()
