"""What ranks have at hand from the first moment: imported before they are forked.

Nothing here initialises MPI or starts a thread.
"""

from __future__ import annotations

import contextlib
import gc
import io
import sys
from typing import Any

from rankbook.heap import fill_gaps


def basics() -> dict[str, Any]:
    """Import what each rank needs. What the kernel must know of it."""
    import mpi4py

    mpi4py.rc.initialize = False
    import zmq  # noqa: F401
    from mpi4py import MPI

    with contextlib.suppress(ImportError):
        import numpy.random  # noqa: F401
    # What IPython and the layer import only when they are first used.
    import bdb  # noqa: F401

    import IPython.core.logger  # noqa: F401

    from rankbook.agent import agent, shell  # noqa: F401
    from rankbook.mpi import layer, variants  # noqa: F401

    with contextlib.redirect_stdout(io.StringIO()):
        shell.create_shell().rehearse()
    variants.prepare()
    return {"vendor": MPI.get_vendor()[0], "library": MPI.Get_library_version().split("\n")[0]}


def tracebacks() -> None:
    """Import what makes tracebacks, or else each rank would do so while others wait for it."""
    from rankbook.agent.shell import RankShell

    source = "raise RuntimeError"
    shell = RankShell.instance()
    try:
        exec(compile(source, shell.compile.cache(source), "exec"), {})  # noqa: S102
    except RuntimeError as error:
        shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)


def plotting() -> None:
    """Import matplotlib with the inline backend, which is set in the environment."""
    try:
        import matplotlib.pyplot
        import matplotlib_inline.backend_inline  # noqa: F401

        # Chooses the backend and sets the hooks of the shell, which takes a while.
        matplotlib.pyplot.switch_backend(matplotlib.rcParams["backend"])
    except Exception as error:
        # matplotlib is no part of what ranks need; user code will see the error itself.
        print(f"matplotlib is not ready: {error!r}", file=sys.stderr)


def figures() -> None:
    """Load what drawing needs: fonts and more."""
    with contextlib.suppress(Exception):
        from matplotlib.figure import Figure

        figure = Figure()
        figure.subplots()
        figure.savefig(io.BytesIO(), format="png")


#: What only some cells need, for when there is nothing else to do; in this order.
LATER = (tracebacks, plotting, figures)


def freeze() -> None:
    """Keep the collector and new objects of ranks off what is there: they share it.

    Collecting what imports have left behind would gain less than the gaps it leaves cost.
    """
    if sys.version_info < (3, 12):
        # Python's cache of attributes counts a reference to each name in it. What a rank looks up
        # takes the place of these, which would cost it the pages of strings it never uses. Later
        # versions do not count references to names.
        sys._clear_type_cache()  # noqa: SLF001
    gc.freeze()
    fill_gaps()
