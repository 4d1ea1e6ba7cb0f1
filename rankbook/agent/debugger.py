"""pdb on a rank: its commands are asked of the user, as ``input()`` is."""

from __future__ import annotations

import pdb  # noqa: T100
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from IPython.core.error import StdinNotImplementedError

from . import stdin

#: Modules that are stepped over.
MACHINERY = ["IPython.*", "traitlets.*", "rankbook.*", "bdb", "pdb"]

NOBODY_TO_ASK = (
    "the debugger asks for commands, and this front end does not support input requests; "
    "JupyterLab and Notebook do, best on one rank: %%rank 0"
)

#: What `q` has done, which says nothing itself. The kernel knows the ranks.
QUIT = "Quit in the debugger: the rest of the cell has not run on {ranks}."

_active: RankPdb | None = None


class RankPdb(pdb.Pdb):
    """Steps through the statements of a cell, and through nothing that runs them."""

    def __init__(self, cell_file: str) -> None:
        """``cell_file``: the file name of the cell's code; empty in a program."""
        # A SIGINT handler of its own would take the interrupt from the rank.
        super().__init__(skip=MACHINERY, nosigint=True)
        self._cell_file = cell_file
        self._shown: FrameType | None = None

    def stop_here(self, frame: FrameType) -> bool:
        return super().stop_here(frame) and self._is_users(frame)

    def user_call(self, frame: FrameType, argument_list: Any) -> None:
        # Each statement of a cell is a module of its own: its line comes next.
        if not self._is_statement(frame):
            super().user_call(frame, argument_list)

    def user_line(self, frame: FrameType) -> None:
        self._shown = frame
        super().user_line(frame)

    def user_return(self, frame: FrameType, return_value: Any) -> None:
        if not self._is_statement(frame):
            super().user_return(frame, return_value)
        elif self._shown is not frame:
            # The statement is `breakpoint()` itself.
            self._shown = frame
            self.interaction(frame, None)

    def _is_statement(self, frame: FrameType) -> bool:
        return frame.f_code.co_name == "<module>" and frame.f_code.co_filename == self._cell_file

    def _is_users(self, frame: FrameType | None) -> bool:
        """Within the cell, not above it."""
        while self._cell_file and frame is not None:
            if frame.f_code.co_filename == self._cell_file:
                return True
            frame = frame.f_back
        return not self._cell_file


def install(cell_file: Callable[[], str]) -> None:
    """Have ``breakpoint()`` and ``pdb.set_trace()`` debug a rank.

    ``cell_file``: gives the file name of the running cell's code; empty in a program.
    """

    def set_trace(*, header: str | None = None, **_commands: object) -> None:
        global _active
        if not stdin.can_ask():
            raise StdinNotImplementedError(NOBODY_TO_ASK)
        if _active is None:
            _active = RankPdb(cell_file())
        if header is not None:
            print(header)
        _active.set_trace(sys._getframe(1))

    pdb.set_trace = set_trace


def leave() -> None:
    """The cell is over, and what was being debugged with it."""
    global _active
    if _active is not None:
        _active = None
        sys.settrace(None)
