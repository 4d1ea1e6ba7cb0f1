"""``In``, ``%history`` and what else looks back: the cells that ran on this rank.

They are numbered as in the notebook, whose other cells are gaps here. Nothing is written to
IPython's data base, which is the notebook's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from IPython.core.history import HistoryManager

#: Session (0: this one), number of the cell, its source (or that and its result).
Entry = tuple[int, int, Any]


class RankHistory(HistoryManager):
    """IPython's history, of one session and in memory."""

    def store_inputs(self, line_num: int, source: str, source_raw: str | None = None) -> None:
        # The magic line of the cell is an empty one here.
        raw = source if source_raw is None else source_raw
        super().store_inputs(line_num, source.lstrip("\n"), raw.lstrip("\n"))

    def fill(self, count: int) -> None:
        """Leave gaps for the cells before number ``count`` that did not run here."""
        for inputs in (self.input_hist_parsed, self.input_hist_raw):
            missing = count - len(inputs)
            if missing > 0:
                inputs.extend([""] * missing)

    def _get_range_session(
        self, start: int = 1, stop: int | None = None, raw: bool = True, output: bool = False
    ) -> Iterator[Entry]:
        for entry in super()._get_range_session(start, stop, raw, output):
            if entry[2][0] if output else entry[2]:
                yield entry

    def get_tail(
        self,
        n: int | None = 10,
        raw: bool = True,
        output: bool = False,
        include_latest: bool = False,
    ) -> Iterable[Entry]:
        entries = list(self._get_range_session(raw=raw, output=output))
        if not include_latest:
            entries = entries[:-1]
        count = 10 if n is None else n
        return entries[-count:] if count > 0 else []

    def search(  # noqa: PLR0913, PLR0917 (IPython's)
        self,
        pattern: str = "*",
        raw: bool = True,
        search_raw: bool = True,
        output: bool = False,
        n: int | None = None,
        unique: bool = False,
    ) -> Iterable[Entry]:
        sources = self.input_hist_raw if search_raw else self.input_hist_parsed
        found = [
            entry
            for entry in self._get_range_session(raw=raw, output=output)
            if fnmatchcase(sources[entry[1]], pattern)
        ]
        if unique:
            found = list({sources[entry[1]]: entry for entry in found}.values())
        return found if n is None else found[max(0, len(found) - n) :]
