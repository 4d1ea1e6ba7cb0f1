"""Rankbook's part inside the ipykernel that runs the plain cells.

The kernel (TypeScript) takes the cells that are its own before they get here. What it can
not take, it meets here: a magic in the middle of a cell or below another magic, with Python
variables in it, or rerun from the history. Such a magic calls the kernel back and blocks
until its run has ended; what the run shows appears under the cell that is executing.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import shutil
import socket
import sys
import threading
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import plain, shellwords

if TYPE_CHECKING:
    from ipykernel.zmqshell import ZMQInteractiveShell
    from IPython.core.interactiveshell import ExecutionResult

#: Message on our IOPub with which a call begins; the kernel does not pass it on.
CALL_MESSAGE = "rankbook_call"

LINE_MAGICS = ("mpirun", "autompirun", "world")
CELL_MAGICS = ("mpirun", "rank", "ranks")

#: What other launchers and ipyparallel call them.
SYNONYMS = {"mpiexec": "mpirun", "mpi": "mpirun", "px": "mpirun", "autopx": "autompirun"}

#: What IPython makes of a line `!mpiexec ...`, or `!NAME=1 mpiexec ...` and its like.
SYSTEM_CALL = re.compile(
    r"""^(?P<indent>\s*)(?P<call>get_ipython\(\)\.system\("""
    r"""(?P<command>(?P<quote>['"])"""
    r"""(?:(?:env\s|timeout\s|\w+=)(?:[^\\'"|&;<>]|\\.|(?!(?P=quote))['"])*?\s)?"""
    r"""mpi(?:exec|run)\s(?:[^\\'"]|\\.|(?!(?P=quote))['"])*(?P=quote))\))"""
    r"""(?=\s*$)"""
)

OFFER = (
    r"\g<indent>if not __import__('rankbook.delegate', fromlist=['*'])"
    r".run_shell_line(\g<command>): \g<call>"
)


ONE_PROCESS = (
    "Hint: this is a plain cell, for which MPI.COMM_WORLD is one process alone. To run it on "
    "ranks, begin it with %%mpirun -n 4"
)

CLOSED = "The kernel has closed the connection."


class RankbookError(Exception):
    """A run on ranks has failed."""

    #: As the kernel shows it: our own frames would tell the user nothing.
    rendered: tuple[str, ...] = ()

    def _render_traceback_(self) -> list[str]:
        return list(self.rendered) or [f"{type(self).__name__}: {self}"]


def shell() -> ZMQInteractiveShell:
    """Return the shell of this kernel."""
    from IPython.core.getipython import get_ipython

    return get_ipython()


def install(path: str, token: str) -> int:
    """Set up this kernel; return the number of the next cell.

    ``path`` and ``token``: the Unix socket of the kernel's calls, and what opens it.
    """
    ip = shell()
    kernel = Kernel(path, token)
    kernel.watch()
    for name in LINE_MAGICS:
        ip.register_magic_function(line_magic(kernel, name), "line", name)
    for name in CELL_MAGICS:
        ip.register_magic_function(cell_magic(kernel, name), "cell", name)
    hint_at_ours(ip)
    ip.events.register("post_run_cell", hint_at_one_process)
    ip.input_transformers_cleanup.insert(0, run_locally)
    ip.input_transformers_post.append(show_ranks)
    ip.rankbook = kernel
    plain.remember()
    without_pause(ip)
    return ip.execution_count


def without_pause(ip: ZMQInteractiveShell) -> None:
    """Take out the half millisecond that ipykernel waits before each reply.

    It is meant to keep the reply behind the output, which the thread for IOPub has sent by
    then: the flush before it waits for that. What this gains is about what a cell loses on
    its way through our kernel.
    """
    if ip.kernel.has_trait("_execute_sleep"):
        ip.kernel.set_trait("_execute_sleep", 0.0)


def book(source: str, number: int | None, code: int | None = None) -> int:
    """Store a cell that ran on ranks in the history, as a cell of IPython's own.

    ``number``: the one under which it was shown, None: the next one. Returns it. ``code``:
    what IPython would keep as exit code of a shell line.
    """
    ip = shell()
    if code is not None:
        ip.user_ns["_exit_code"] = code
    count = ip.execution_count if number is None else number
    ip.history_manager.store_inputs(count, source)
    ip.execution_count = max(ip.execution_count, count + 1)
    return count


class Kernel:
    """The way back to the kernel that has started us."""

    def __init__(self, path: str, token: str) -> None:
        self._path = path
        self._token = token
        self._lifeline: socket.socket | None = None

    def watch(self) -> None:
        """End this process, and remove what the kernel leaves, when the kernel is gone."""
        self._lifeline = self._connect("")
        threading.Thread(target=self._wait_for_end, name="Rankbook", daemon=True).start()

    def call(self, magic: str, line: str, body: str | None) -> dict[str, Any]:
        """Run a magic in the kernel and return its outcome.

        ``magic``: as written, ``!`` for a shell line. The status is ``refused`` where a
        shell line is more than the kernel can do.
        """
        from IPython.core.displaypub import CapturingDisplayPublisher

        __tracebackhide__ = True
        ip = shell()
        call_id = uuid.uuid4().hex
        with self._connect(call_id) as connection:
            # By way of IOPub, so that it comes after the output that precedes it.
            sys.stdout.flush()
            sys.stderr.flush()
            ip.kernel.session.send(
                ip.kernel.iopub_socket,
                CALL_MESSAGE,
                {
                    "id": call_id,
                    "magic": magic,
                    "line": line,
                    "body": body,
                    "execution_count": ip.execution_count,
                    "cwd": os.getcwd(),
                    "environment": plain.changed(),
                    "captured": isinstance(ip.display_pub, CapturingDisplayPublisher),
                    "allow_stdin": bool(getattr(ip.kernel, "_allow_stdin", False)),
                    "cell_id": ip.kernel.get_parent().get("metadata", {}).get("cellId"),
                },
                parent=ip.kernel.get_parent(),
            )
            return self._wait(connection)

    def _wait(self, connection: socket.socket) -> dict[str, Any]:
        __tracebackhide__ = True
        # In a thread, from which an interrupt takes no piece of the answer.
        answer: list[dict[str, Any]] = []
        over = threading.Event()

        def read() -> None:
            with contextlib.suppress(RankbookError, OSError):
                answer.append(read_line(connection))
            over.set()

        threading.Thread(target=read, name="Rankbook answer", daemon=True).start()
        interrupted = False
        # Not `join`, which takes the thread for ended once it has been interrupted.
        while not over.is_set():
            try:
                over.wait()
            except KeyboardInterrupt:
                # The ranks first: they end within a moment, and their output is kept.
                interrupted = True
                connection.sendall(b'{"interrupt": true}\n')
        if interrupted:
            raise KeyboardInterrupt
        if not answer:
            raise RankbookError(CLOSED)
        return answer[0]

    def _connect(self, call_id: str) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(self._path)
        hello = json.dumps({"token": self._token, "id": call_id}) + "\n"
        connection.sendall(hello.encode())
        read_line(connection)
        return connection

    def _wait_for_end(self) -> None:
        with contextlib.suppress(OSError):
            while self._lifeline is not None and self._lifeline.recv(4096):
                pass
        shutil.rmtree(os.path.dirname(self._path), ignore_errors=True)
        os._exit(1)


def read_line(connection: socket.socket) -> dict[str, Any]:
    """Return the next line of JSON, and the last so far: nobody sends two at a time."""
    data = bytearray()
    while not data.endswith(b"\n"):
        part = connection.recv(65536)
        if not part:
            raise RankbookError(CLOSED)
        data += part
    return json.loads(data)


def finish(outcome: dict[str, Any]) -> None:
    """Show what is ours to show, or raise what made a magic fail, under its own name."""
    __tracebackhide__ = True
    for shown in outcome.get("shown", ()):
        if "text" in shown:
            sys.stdout.write(shown["text"])
        else:
            shell().display_pub.publish(shown["data"], shown["metadata"])
    if "page" in outcome:
        from IPython.core import page

        page.page({"data": {"text/plain": outcome["page"]}, "start": 0})
    if outcome["status"] == "error":
        kind = type(str(outcome.get("ename") or "RankbookError"), (RankbookError,), {})
        error = kind(outcome.get("evalue", ""))
        error.rendered = tuple(outcome.get("traceback", ()))
        raise error


def line_magic(kernel: Kernel, name: str) -> Callable[[str], None]:
    """Return the line magic of this name."""

    def magic(line: str) -> None:
        __tracebackhide__ = True
        finish(kernel.call(f"%{name}", line, None))

    magic.__name__ = name
    magic.__doc__ = f"Rankbook's %{name}: `%{name}?` in a cell of its own shows the options."
    return magic


def cell_magic(kernel: Kernel, name: str) -> Callable[[str, str], None]:
    """Return the cell magic of this name."""

    def magic(line: str, cell: str) -> None:
        __tracebackhide__ = True
        finish(kernel.call(f"%%{name}", line, cell))

    magic.__name__ = name
    magic.__doc__ = f"Rankbook's %%{name}: `%%{name}?` in a cell of its own shows the options."
    return magic


def hint_at_ours(ip: ZMQInteractiveShell) -> None:
    """Have IPython add, where it knows no magic of a name, the one of ours that is near."""
    show = ip.show_usage_error

    def show_usage_error(error: BaseException) -> None:
        unknown = re.match(r"(?:Cell|Line) magic .*?`(%%?)([^`]+)` not found", str(error))
        if unknown is not None:
            sign, name = unknown.groups()
            ours = CELL_MAGICS if sign == "%%" else LINE_MAGICS
            same = SYNONYMS.get(name.lower(), name.lower())
            near = difflib.get_close_matches(same, ours, n=1, cutoff=0.75)
            error = type(error)(
                "\n".join([str(error), *(f"Hint: did you mean {sign}{n}?" for n in near)])
            )
        show(error)

    ip.show_usage_error = show_usage_error


def hint_at_one_process(result: ExecutionResult) -> None:
    """After the first plain cell that means all ranks: say that here MPI has one process."""
    mpi = sys.modules.get("mpi4py.MPI")
    if mpi is None or "COMM_WORLD" not in (result.info.raw_cell or ""):
        return
    if mpi.Is_initialized() and not mpi.Is_finalized() and mpi.COMM_WORLD.Get_size() == 1:
        shell().events.unregister("post_run_cell", hint_at_one_process)
        print(ONE_PROCESS, file=sys.stderr)


def run_locally(lines: list[str]) -> list[str]:
    """Input transformer for ``%%local``: the cell is a plain one, whatever %autompirun says."""
    for number, line in enumerate(lines):
        if line.strip():
            if line.strip() == "%%local":
                return [*lines[:number], "\n", *lines[number + 1 :]]
            break
    return lines


def run_shell_line(command: str) -> bool:
    """Run a shell line ``mpiexec ...`` on ranks; False where only the shell can run it, or
    where its text is wanted, as below ``%%capture``."""
    from ipykernel.iostream import OutStream

    __tracebackhide__ = True
    if not isinstance(sys.stdout, OutStream):
        return False
    ip = shell()
    # As IPython's `system` does: variables of the function that the line stands in, too.
    line = shellwords.launch_line(ip.var_expand(command, depth=1))
    outcome = line and ip.rankbook.call("!", line, None)
    if not outcome or outcome["status"] == "refused":
        return False
    ip.user_ns["_exit_code"] = 0 if outcome["status"] == "ok" else 1
    return True


def show_ranks(lines: list[str]) -> list[str]:
    """Input transformer, after IPython's own: offer ``!mpiexec`` lines to the kernel first."""
    return [SYSTEM_CALL.sub(OFFER, line) for line in lines]
