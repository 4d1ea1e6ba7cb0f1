"""The IPython shell that runs the cells of a rank."""

from __future__ import annotations

import linecache
import os
import signal
import subprocess
import sys
import warnings
from typing import Any

from IPython.core.compilerop import CachingCompiler, code_name
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type, default
from traitlets.config import Config

from rankbook.mpi.layer import AbortRun

from . import debugger, elsewhere, stdin, streams
from .display import RankDisplayHook, RankDisplayPublisher
from .frames import users_part
from .history import RankHistory
from .leaving import LeaveCell
from .shortening import shortened, shortened_lines
from .transforms import keep_line_numbers

#: Seconds that a subprocess may take to react to an interrupt.
INTERRUPT_GRACE = 0.5

#: Runs after which CPython has specialised what a cell calls once.
REHEARSALS = 10


def create_shell() -> RankShell:
    """Make the shell of this process. Starts no thread and opens no file, so that the
    zygote can do it before it forks."""
    config = Config()
    config.HistoryManager.enabled = False
    config.IPCompleter.use_jedi = False
    shell = RankShell.instance(config=config, warn_venv=False)
    elsewhere.register(shell)
    return shell


class CellCompiler(CachingCompiler):
    """Names cells by their number and source as they came, before any transformation."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        del transformed_code
        return code_name(raw_code, number)


class RankShell(InteractiveShell):
    """IPython without terminal; errors are kept for the kernel to show."""

    displayhook_class = Type(RankDisplayHook)
    display_pub_class = Type(RankDisplayPublisher)
    compiler_class = Type(CellCompiler)

    def init_instance_attrs(self) -> None:
        super().init_instance_attrs()
        #: Name, message and coloured lines of what the running cell raised first.
        self.failure: tuple[str, str, list[str]] | None = None
        self.cell_file = ""

    def init_syntax_highlighting(self, *args: Any, **kwargs: Any) -> None:
        super().init_syntax_highlighting(*args, **kwargs)
        keep_line_numbers(self.input_transformer_manager)

    def init_history(self) -> None:
        self.history_manager = RankHistory(shell=self, parent=self)
        self.configurables.append(self.history_manager)

    @default("exiter")
    def _leave_cell(self) -> LeaveCell:
        return LeaveCell(self)

    def begin_cell(self, source: str, execution_count: int) -> str:
        """Number the next cell. Returns the file name that frames of its code have."""
        self.cell_file = self.compile.get_code_name(source, source, execution_count)
        self.execution_count = execution_count
        self.failure = None
        self.history_manager.fill(execution_count)
        warnings.filterwarnings("ignore", "To exit: use", UserWarning)
        return self.cell_file

    def transform_cell(self, raw_cell: str) -> str:
        """As IPython does: a cell of one line may be a magic without its ``%``, or a macro. Here
        the magic line of the notebook stands above it, as an empty one."""
        cell = super().transform_cell(raw_cell)
        body = cell.lstrip("\n")
        if cell.startswith("\n") and len(body.splitlines()) == 1:
            with self.builtin_trap:
                cell = cell[: -len(body)] + self.prefilter_manager.prefilter_lines(body)
        return cell

    def rehearse(self) -> None:
        """Run a cell until Python has adapted the code that does it, and be as new again. In
        the zygote: its ranks then do not do so, each in memory of its own."""
        names = dict(self.user_ns)
        source = "import sys\nvalue = [1]\nprint(value)\nvalue"
        for count in range(1, REHEARSALS + 1):
            self.begin_cell(source, count)
            self.run_cell(source, store_history=True)
        self.reset()
        self.user_ns.update(names)
        history = self.history_manager
        history.input_hist_parsed[:] = history.input_hist_raw[:] = [""]
        self.cell_file = ""
        self.compile = self.compiler_class()
        linecache.clearcache()

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        kind, error, trace = exc_tuple or sys.exc_info()
        if isinstance(error, (SystemExit, AbortRun)):
            # The status of the cell says it all.
            return
        super().showtraceback((kind, error, users_part(error, trace)), *args, **kwargs)

    def _showtraceback(self, etype: type, evalue: Any, stb: list[str]) -> None:
        if self.failure is None:
            name = str(getattr(etype, "__name__", etype))
            self.failure = (name, shortened(_text_of(evalue)), shortened_lines(stb))
        else:
            # A second one, e.g. of a figure that could not be drawn after the cell's own error.
            print(self.InteractiveTB.stb2text(stb), file=sys.stderr)

    def _format_exception_for_storage(
        self, exception: BaseException, *_args: Any, **_kwargs: Any
    ) -> dict[str, Any]:
        """What IPython keeps of an error in its history. A rank has none, and to render each
        traceback twice takes long; an interrupt in the meantime became the cell's error."""
        return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    def system(self, cmd: str) -> None:
        """``!cmd``: its output goes into the rank's streams, an interrupt reaches it."""
        __tracebackhide__ = True
        command = self.var_expand(cmd, depth=1)
        sys.stdout.flush()
        sys.stderr.flush()
        streams.flush_c()
        shell = os.environ.get("SHELL") or None
        process = subprocess.Popen(command, shell=True, executable=shell)  # noqa: S602
        try:
            code = process.wait()
        except KeyboardInterrupt:
            _end(process)
            # At the line of the cell, not where this waits.
            raise KeyboardInterrupt from None
        self.user_ns["_exit_code"] = code if code >= 0 else 128 - code

    system_raw = system_piped = system

    def debugger(self, force: bool = False) -> None:
        """``%debug``, and the debugger after each error of ``%pdb on``."""
        if stdin.can_ask():
            super().debugger(force)
        elif self.call_pdb:
            print(f"%pdb: {debugger.NOBODY_TO_ASK}", file=sys.stderr)
        elif force:
            raise UsageError(debugger.NOBODY_TO_ASK)

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
        """``%matplotlib``: a rank has no windows, so that figures are shown inline."""
        if gui not in (None, "inline", "agg"):
            print(f"%matplotlib {gui}: ranks show no windows; figures are shown inline.")
            gui = "inline"
        return super().enable_matplotlib(gui or "inline")

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no event loop of a GUI on a rank."""
        if gui is not None:
            raise NotImplementedError("a rank can not show windows; figures are shown inline")


def _end(process: subprocess.Popen) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        process.send_signal(number)
        try:
            process.wait(INTERRUPT_GRACE)
            return
        except subprocess.TimeoutExpired:
            continue


def _text_of(value: object) -> str:
    try:
        return str(value)
    except Exception as error:
        return f"<message not available: its __str__ raised {type(error).__name__}>"
