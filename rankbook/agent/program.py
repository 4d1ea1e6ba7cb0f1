"""Run a Python program on a rank as the interpreter itself would."""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from .cells import exit_code
from .frames import users_part
from .shortening import shortened

#: Exit code after a KeyboardInterrupt, as shells have it (128 + SIGINT).
INTERRUPTED = 130


@dataclass(frozen=True)
class ProgramEnd:
    """How a program came to its end: by itself, or taken down by an exception."""

    code: int
    #: As in the `done` frame.
    status: str = "exit"
    error: dict[str, Any] | None = None


def run_program(kind: str, argv: list[str]) -> ProgramEnd:
    """Run ``argv`` as ``__main__``. Tracebacks go to stderr."""
    sys.argv = list(argv)
    # The shell is there for displays; a program must not take itself for a cell.
    sys.modules.pop("__main__", None)
    try:
        if kind == "module":
            sys.path[0] = os.getcwd()
            runpy.run_module(argv[0], run_name="__main__", alter_sys=True)
        else:
            # Absolute, as Python has it: a program may start itself again by its name.
            path = os.path.abspath(argv[0])
            sys.path[0] = os.path.dirname(path)
            _run_path(path)
    except SystemExit as error:
        return ProgramEnd(exit_code(error) & 0xFF)
    except KeyboardInterrupt as error:
        _print_traceback(error)
        return ProgramEnd(INTERRUPTED, "interrupted")
    except BaseException as error:
        return ProgramEnd(1, "error", _print_traceback(error))
    return ProgramEnd(0)


def _run_path(path: str) -> None:
    import types

    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]
    # Kept for the life of the process, so that atexit functions find their globals.
    sys.modules["__main__"] = module
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        print(f"can't open file {path!r}: {error.strerror}", file=sys.stderr)
        raise SystemExit(2) from None
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102


def _print_traceback(error: BaseException) -> dict[str, Any]:
    """As Python prints it: without the frames of ours that lie above the program's. In short,
    for the `done` frame."""
    trace = error.__traceback__
    own = {__file__, runpy.__file__, "<frozen runpy>"}
    while trace is not None and trace.tb_frame.f_code.co_filename in own:
        trace = trace.tb_next
    trace = users_part(error, trace)
    sys.stdout.flush()
    traceback.print_exception(type(error), error, trace)
    return {
        "ename": type(error).__name__,
        "evalue": _message(error),
        "traceback": [],
        "line": None,
        "place": _place(error, trace),
    }


def _message(error: BaseException) -> str:
    # That of a SyntaxError repeats the place.
    return shortened(str(error.msg if isinstance(error, SyntaxError) else error))


def _place(error: BaseException, trace: TracebackType | None) -> str | None:
    """``heat.py:12``: where in the program's own file, which the outermost frame is of."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{os.path.basename(error.filename)}:{error.lineno}"
    if trace is None:
        return None
    file = trace.tb_frame.f_code.co_filename
    lines = [line for frame, line in traceback.walk_tb(trace) if frame.f_code.co_filename == file]
    return f"{os.path.basename(file)}:{lines[-1]}"
