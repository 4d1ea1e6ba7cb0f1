"""How cells are left on a rank (``exit`` and ``quit``), and in the end the rank itself."""

from __future__ import annotations

import atexit
import contextlib
import shutil
from typing import TYPE_CHECKING

from IPython.core.autocall import ExitAutocall

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class LeaveCell(ExitAutocall):
    """Ends the cell, not the rank: called, or alone on the last line."""

    def __call__(self, code: object = None) -> None:
        raise SystemExit(code)


def disown_folders() -> None:
    """Leave alone what the zygote has registered to be removed at its end, such as the folder
    that Matplotlib makes where there is no home: other ranks use it."""
    atexit.unregister(shutil.rmtree)


def finish(shell: InteractiveShell) -> None:
    """What Python does at the end of a program, as far as cells can have a part in it: run
    what is registered with ``atexit``, then let go of all variables, so that files are closed."""
    # It does the same and collects garbage, which takes long where there are many ranks.
    atexit.unregister(shell.atexit_operations)
    with contextlib.suppress(BaseException):
        # Prints what is raised in there.
        atexit._run_exitfuncs()  # noqa: SLF001
    with contextlib.suppress(BaseException):
        shell.last_execution_result = None
        shell.user_ns.clear()
