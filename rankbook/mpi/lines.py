"""Where in the user's code a call stands."""

from __future__ import annotations

import ast
import itertools
import linecache
import os
import sys
import textwrap
from types import CodeType, FrameType

import mpi4py

_OURS = (os.path.dirname(__file__) + os.sep, os.path.dirname(mpi4py.__file__) + os.sep)
#: Characters of a call's source that are shown.
TEXT_LENGTH = 80


def place(frame: FrameType | None, cell: str | None) -> tuple[CodeType | None, int]:
    """(code, instruction) of the caller: in the cell where possible, else outside of us."""
    outside = None
    while frame is not None:
        name = frame.f_code.co_filename
        if name == cell:
            return frame.f_code, frame.f_lasti
        if outside is None and not name.startswith(_OURS) and not name.startswith("<frozen"):
            outside = (frame.f_code, frame.f_lasti)
            if cell is None:
                break
        frame = frame.f_back
    return outside or (None, 0)


class Lines:
    """Turns (code, instruction) into line and file, remembering what it has found."""

    def __init__(self, cell: str | None):
        self.cell = cell
        self._found: dict[tuple[int, int], tuple[int | None, CodeType]] = {}

    def where(self, code: CodeType | None, instruction: int) -> dict:
        """`line`, and `file` where it is not the cell's."""
        if code is None:
            return {"line": None}
        key = (id(code), instruction)
        found = self._found.get(key)
        if found is None:
            found = (_line(code, instruction), code)
            if len(self._found) < 10000:
                self._found[key] = found
        line = found[0]
        if code.co_filename == self.cell:
            return {"line": line}
        return {"line": line, "file": code.co_filename}


def _line(code: CodeType, instruction: int) -> int | None:
    for start, end, line in code.co_lines():
        if start <= instruction < end:
            return line
    return None


def main_place(main: int, cell: str | None) -> tuple[CodeType | None, int]:
    """Where the main thread is now; for other threads."""
    return place(sys._current_frames().get(main), cell)


def call_text(code: CodeType | None, instruction: int) -> str:
    """Source of the call as the user wrote it, one line, shortened; '' where unknown."""
    if code is None:
        return ""
    text = _exact_source(code, instruction) or _call_on_line(code, _line(code, instruction))
    text = " ".join(text.split())
    return text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - 1] + "…"


def _exact_source(code: CodeType, instruction: int) -> str:
    """By the column positions that Python 3.11 and later keep for each instruction."""
    positions = getattr(code, "co_positions", None)
    if positions is None:
        return ""
    position = next(itertools.islice(positions(), instruction // 2, None), (None,))
    if None in position:
        return ""
    line, end_line, column, end_column = position
    lines = [linecache.getline(code.co_filename, n) for n in range(line, end_line + 1)]
    if not all(lines):
        return ""
    encoded = [text.encode() for text in lines]
    encoded[-1] = encoded[-1][:end_column]
    encoded[0] = encoded[0][column:]
    return b"".join(encoded).decode(errors="replace")


def _call_on_line(code: CodeType, line: int | None) -> str:
    if line is None:
        return ""
    text = linecache.getline(code.co_filename, line).strip()
    try:
        tree = ast.parse(textwrap.dedent(text))
    except SyntaxError:
        return text
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return (ast.get_source_segment(text, calls[0]) or text) if calls else text
