"""Run one cell in the shell of a rank and say how it ended."""

from __future__ import annotations

import bdb
import sys
import time
from types import TracebackType
from typing import Any

from rankbook.mpi.layer import AbortRun

from . import debugger
from .layer import DeadlockError
from .shell import RankShell
from .shortening import shortened

#: Names of statuses are those of the `done` frame.
Done = dict[str, Any]


def run_cell(shell: RankShell, source: str, silent: bool) -> Done:
    """Run ``source`` after :meth:`RankShell.begin_cell`. Never raises."""
    began = time.perf_counter()
    error: BaseException | None = None
    try:
        result = shell.run_cell(source, store_history=not silent, silent=silent)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as escaped:
        # IPython's own code was interrupted, or a hook of the user's raised.
        shell.showtraceback()
        error = escaped
    finally:
        seconds = time.perf_counter() - began
        debugger.leave()
    return {"seconds": seconds, **_outcome(shell, error)}


def _outcome(shell: RankShell, error: BaseException | None) -> Done:
    if error is None and shell.failure is None:
        return {"status": "ok"}
    if isinstance(error, bdb.BdbQuit) and shell.failure is None:
        return {"status": "ok", "notes": [debugger.QUIT]}
    if isinstance(error, SystemExit):
        return {"status": "exit", "code": exit_code(error)}
    if isinstance(error, AbortRun):
        return {"status": "abort", "code": error.code}
    ename, evalue, traceback = shell.failure or (
        type(error).__name__,
        shortened(str(error)),
        [],
    )
    return {
        "status": _status(error),
        "error": {
            "ename": ename,
            "evalue": evalue,
            "traceback": traceback,
            "line": line_of(error, shell) if error is not None else None,
        },
    }


def _status(error: BaseException | None) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    return "deadlock" if isinstance(error, DeadlockError) else "error"


def exit_code(error: SystemExit) -> int:
    """The exit code that Python would give, its message printed as Python would."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return int(error.code)  # False, of unittest, is 0
    print(error.code, file=sys.stderr)
    return 1


def line_of(error: BaseException, shell: RankShell) -> int | None:
    """Line of the cell in which the error arose: of the innermost frame of this cell."""
    if isinstance(error, SyntaxError) and error.filename == shell.cell_file:
        return error.lineno
    line = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == shell.cell_file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
