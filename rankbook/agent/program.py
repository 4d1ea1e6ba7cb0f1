"""Run a Python program on a rank as the interpreter itself would."""

from __future__ import annotations

import os
import runpy
import sys
import traceback

from .cells import exit_code
from .frames import users_part

#: Exit code after a KeyboardInterrupt, as shells have it (128 + SIGINT).
INTERRUPTED = 130


def run_program(kind: str, argv: list[str]) -> tuple[int, bool]:
    """Run ``argv`` as ``__main__``: its exit code, and whether it came to its own end (no
    exception took it down). Tracebacks go to stderr."""
    sys.argv = list(argv)
    # The shell is there for displays; a program must not take itself for a cell.
    sys.modules.pop("__main__", None)
    try:
        if kind == "module":
            sys.path[0] = os.getcwd()
            runpy.run_module(argv[0], run_name="__main__", alter_sys=True)
        else:
            sys.path[0] = os.path.dirname(os.path.abspath(argv[0]))
            _run_path(argv[0])
    except SystemExit as error:
        return exit_code(error) & 0xFF, True
    except KeyboardInterrupt as error:
        _print_traceback(error)
        return INTERRUPTED, False
    except BaseException as error:
        _print_traceback(error)
        return 1, False
    return 0, True


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


def _print_traceback(error: BaseException) -> None:
    """As Python prints it: without the frames of ours that lie above the program's."""
    trace = error.__traceback__
    own = {__file__, runpy.__file__, "<frozen runpy>"}
    while trace is not None and trace.tb_frame.f_code.co_filename in own:
        trace = trace.tb_next
    sys.stdout.flush()
    traceback.print_exception(type(error), error, users_part(trace))
