"""A notebook in which faults are made, and what must hold after each of them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..clock import here
from ..notebooks import Notebook, Ran, manager
from .processes import Family

#: Seconds within which a fault ends a run, and within which no process is left, where nothing
#: else runs.
SOON = 2.0

#: Second line of each cell; what a row adds begins in line 3.
PRELUDE = (
    "from mpi4py import MPI; import ctypes, os, subprocess, sys, time; "
    "comm = MPI.COMM_WORLD; rank = comm.rank; print('before', rank)"
)

#: Ranks of the worlds here.
SIZE = 4


def cell(body: str, options: str = "") -> str:
    """A cell on all ranks that has printed something on each when ``body`` begins."""
    return f"%%mpirun -n {SIZE} {options}".rstrip() + f"\n{PRELUDE}\n{body}"


@dataclass
class Interrupted:
    """A cell that was running when something was done to it."""

    ran: Ran
    #: From then to its end.
    seconds: float


class Trial:
    """A kernel of its own in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.family = Family()
        self.folder = folder / "notebooks"
        self.private = folder / "private"
        for each in (self.folder, self.private):
            each.mkdir()
        kernel = manager()
        places = {"XDG_RUNTIME_DIR": str(self.private), "TMPDIR": str(self.private)}
        environment = {**os.environ, **self.family.environment, **places}
        kernel.start_kernel(env=environment, cwd=str(self.folder))
        self.notebook = Notebook(kernel)
        self.notebook.run(cell("pass"))

    @property
    def alive(self) -> bool:
        """The kernel still runs."""
        return self.notebook.manager.is_alive()

    # Cells

    def run(self, body: str, options: str = "", **content: object) -> Ran:
        """Set a variable on a kept world, then run a cell there that has to fail or not."""
        self.keep()
        return self.notebook.run(cell(body, options), **content)

    def keep(self) -> None:
        """Give all ranks of the kept world a variable that :meth:`kept` looks for."""
        ran = self.notebook.run(f"%%mpirun -n {SIZE}\nfrom mpi4py import MPI\nkept = 'kept'")
        assert ran.status == "ok", ran.text

    def kept(self) -> bool:
        """Run the next cell: it works, and knows the variable or says why not."""
        body = f"%%mpirun -n {SIZE}\nprint(globals().get('kept'))"
        ran = self.notebook.run(body)
        assert ran.status == "ok", ran.text
        values = {ran.output(rank) for rank in range(SIZE)}
        assert values in ({"kept\n"}, {"None\n"}), values
        kept = values == {"kept\n"}
        assert kept != ("started anew, without its variables" in ran.notices), ran.notices
        return kept

    @contextlib.contextmanager
    def running(self, code: str, until: str = "before", **content: object) -> Iterator[Interrupted]:
        """Have the block done while a cell runs, once it has put out this text on all ranks (or
        once: a text that is no :data:`PRELUDE`'s); its end is awaited after the block."""
        request = self.notebook.start(code, **content)
        messages = []
        wanted = [f"before {rank}" for rank in range(SIZE)] if until == "before" else [until]

        def shown(message: dict) -> bool:
            messages.append(message)
            own = message["parent_header"].get("msg_id") == request
            text = json.dumps(message["content"])
            return own and all(each in text for each in wanted)

        self.notebook.until(shown)
        result = Interrupted(Ran({}, []), 0)
        began = time.monotonic()
        yield result
        result.ran = self.notebook.finish(request, before=tuple(messages))
        result.seconds = time.monotonic() - began

    def interrupt(self, body: str, wait: float = 0.3, **content: object) -> Interrupted:
        """Run a cell on a kept world and interrupt it when it has run for a while."""
        self.keep()
        with self.running(cell(body), **content) as run:
            time.sleep(wait)
            self.notebook.interrupt()
        run.seconds -= wait
        return run

    # What must hold

    def check_goes_on(self) -> None:
        """The next cells work, and nothing is left of the worlds once they are stopped."""
        plain = self.notebook.run("print(6 * 7)")
        assert plain.status == "ok"
        assert plain.text.endswith("42")
        ran = self.notebook.run(cell("print(comm.allreduce(rank))"))
        assert ran.status == "ok", ran.text
        for rank in range(SIZE):
            assert ran.output(rank) == f"before {rank}\n6\n"
        self.notebook.run("%world stop")
        assert self.strangers() == []

    def strangers(self) -> list[str]:
        """Processes that do not belong to a kernel without worlds, after a while."""
        kernel = self.notebook.pid
        own = {kernel, *(child.pid for child in self.family.children(kernel))}
        left = self.family.wait(here(SOON), own)
        return [process.command for process in left]

    def check_gone(self) -> None:
        """The kernel has ended: no process and no file of it is left."""
        assert [process.command for process in self.family.wait(here(SOON), set())] == []
        assert [path.name for path in self.private.iterdir()] == []

    def close(self) -> None:
        """Shut the kernel down as Jupyter does."""
        self.notebook.close()
        self.check_gone()


def check_before(ran: Ran) -> None:
    """What each rank printed right before the fault is there."""
    for rank in range(SIZE):
        assert ran.output(rank).startswith(f"before {rank}\n"), ran.output(rank)


def check_failed(ran: Ran, says: str, seconds: float = SOON) -> None:
    """The cell has failed soon, with a first notice that matches, and nothing is lost."""
    assert ran.status == "error"
    assert re.match(says, ran.notices), ran.notices
    assert ran.model["seconds"] < here(seconds)
    [error] = ran.of("error")
    assert error["traceback"]
    check_before(ran)
