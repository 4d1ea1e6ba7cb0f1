"""The agent: the main thread of a rank."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import threading
import time
from typing import Any

import zmq

from . import debugger, introspect, leaving, mpi, stdin, streams, tasks
from .boot import Boot
from .cells import run_cell
from .channel import Channel
from .control import ControlThread
from .display import encode_bundle
from .interrupts import Interrupts
from .layer import LayerPort
from .modules import UsersModules
from .program import INTERRUPTED, ProgramEnd, run_program
from .shell import RankShell, create_shell
from .text import OutputOrder
from .threads import user_threads

#: Milliseconds from one turn of MPI's to the next, at most.
LONGEST_PAUSE = 20

#: Bytes of displays that may be on their way to the kernel.
AHEAD_LIMIT = 8 << 20


class Agent:
    """One rank, from its first breath to its exit."""

    def __init__(self, boot: Boot) -> None:
        self.boot = boot
        self._sockets = [streams.connect(boot, "stdout"), streams.connect(boot, "stderr")]
        streams.redirect(*self._sockets)
        streams.line_buffer_c_stdout()
        out, err = self._sockets
        self.order = OutputOrder(boot.mark, (out.fileno(), err.fileno()))
        sys.stdout = sys.__stdout__ = self.order.stdout
        sys.stderr = sys.__stderr__ = self.order.stderr
        self.interrupts = Interrupts()
        self.context = zmq.Context()
        self.work = Channel(self.context, boot, "work")
        self.control = ControlThread(self.context, boot, err.fileno())
        self.order.on_partial = self.control.partial_begun
        self.control.flush_partial = self.order.flush_partial
        self.control.on_kernel_gone = self._leave_orphaned
        self._connected = True
        self._pid = os.getpid()
        os.register_at_fork(after_in_child=self._on_fork)
        self.run_id = ""
        self._stdin_allowed = False
        #: Where the plain cells were when the last cell began here.
        self._cwd: str | None = None
        self._ahead = 0
        leaving.disown_folders()
        self.shell: RankShell = RankShell.instance() if RankShell.initialized() else create_shell()
        self.shell.display_pub.sink = self
        self.shell.displayhook.sink = self
        stdin.install(self._ask, lambda: self._stdin_allowed and self._connected)
        debugger.install(lambda: self.shell.cell_file)
        # As in any notebook: modules beside it can be imported.
        sys.path.insert(0, "")
        # And no argument is the user's: argparse in a cell takes its defaults.
        sys.argv[:] = [""]
        self.modules = UsersModules(self.shell)
        # Kept open: MPI uses the descriptor until it is finalized.
        self._pmi = streams.connect_pmi(boot)

    def run(self) -> None:
        """Serve the kernel. Does not return."""
        try:
            self.mpi = mpi.initialize()
        except Exception as error:
            self.work.send({"type": "failed", "error": f"{type(error).__name__}: {error}"})
            self._disconnect()
            os._exit(1)
        self.layer = LayerPort()
        self.control.handlers = {
            "interrupt": lambda request: self.interrupts.interrupt(request["run"]),
            "deadlock": self._on_deadlock,
            "snapshot": self._on_snapshot,
            "complete": self._on_complete,
            "inspect": self._on_inspect,
        }
        self.control.start()
        self.work.send(
            {
                "type": "ready",
                "size": self.mpi.COMM_WORLD.Get_size(),
                "library": mpi.library(self.mpi),
                "layer": self.layer.on,
            }
        )
        while True:
            request, payload = self._next_request()
            if request["type"] == "execute":
                self._execute(request, payload.decode("utf-8"))
            elif request["type"] == "program":
                self._run_program(request)
            elif request["type"] == "recover":
                self._recover()
            elif request["type"] == "stop":
                self._leave()

    def _next_request(self) -> tuple[dict[str, Any], bytes]:
        """Wait for the kernel. Where other ranks may depend on it, MPI has its turns meanwhile,
        less often as time goes by."""
        since = time.monotonic()
        while self.layer.progress():
            pause = min(1 + time.monotonic() - since, LONGEST_PAUSE)
            if self.work.socket.poll(pause):
                break
        return self.work.receive()

    # The running cell

    def _execute(self, request: dict[str, Any], source: str) -> None:
        self._begin(request)
        notes = self._follow(request["cwd"])
        self.layer.begin(request, self.shell.begin_cell(source, request["execution_count"]))
        done = None
        try:
            self.interrupts.enter(self.run_id)
            done = run_cell(self.shell, source, request["silent"])
            self.interrupts.leave()
        except KeyboardInterrupt:
            # Just before or after the cell.
            self.interrupts.leave()
            done = done or {"status": "interrupted", "seconds": 0.0}
        if os.getpid() != self._pid:
            # A child that the cell has forked and not ended: it must not speak for the rank.
            os._exit(0)
        notes += [*done.get("notes", ()), *self.layer.end(), *self.modules.changed()]
        notes += tasks.left_behind()
        if notes:
            done["notes"] = notes
        self._send_last_traces()
        self.work.send({"type": "done", "run": self.run_id, "epoch": self.order.end(), **done})

    def _run_program(self, request: dict[str, Any]) -> None:
        """Run a program and end the process as Python would."""
        self._begin(request)
        self.layer.begin(request, None)
        # Registered before all of the program's own, so it comes last.
        atexit.register(mpi.finalize, self.mpi)
        began = time.perf_counter()
        try:
            self.interrupts.enter(self.run_id)
            end = run_program(request["kind"], request["argv"])
            self.interrupts.leave()
        except KeyboardInterrupt:
            self.interrupts.leave()
            end = ProgramEnd(INTERRUPTED, "interrupted")
        if os.getpid() != self._pid:
            raise SystemExit(end.code)
        if end.status != "exit":
            # Finalize would wait for ranks that wait for this one.
            atexit.unregister(mpi.finalize)
        self.layer.end()
        self._send_last_traces()
        done: dict[str, Any] = {"type": "done", "run": self.run_id, "epoch": self.order.end()}
        done.update(status=end.status, code=end.code, seconds=time.perf_counter() - began)
        if end.error is not None:
            done["error"] = end.error
        self.work.send(done)
        self._disconnect()
        raise SystemExit(end.code)

    def _begin(self, request: dict[str, Any]) -> None:
        self.run_id = request["run"]
        self._stdin_allowed = request["stdin"]

    def _follow(self, cwd: str) -> list[str]:
        """Go where the plain cells are if they have moved. What the user must know of it."""
        before, self._cwd = self._cwd, cwd
        if cwd == before:
            return []
        try:
            os.chdir(cwd)
        except OSError as error:
            # On another machine there may be no such folder, where the rank never was.
            told = f"The folder of the plain cells, {cwd}, could not be entered: {error.strerror}."
            return [] if before is None else [told]
        return []

    def _send_last_traces(self) -> None:
        # On the work socket, so that they precede `done`.
        for trace in self.layer.traces(self.run_id):
            self.work.send(*trace)

    def _recover(self) -> None:
        try:
            self.work.send({"type": "recovered", "tainted": self.layer.recover()})
        except Exception as error:
            self.work.send({"type": "failed", "error": f"{type(error).__name__}: {error}"})

    def display(
        self,
        output_type: str,
        data: dict[str, Any],
        metadata: dict[str, Any],
        display_id: str | None = None,
    ) -> None:
        """Send a display; see :class:`rankbook.agent.display.Sink`."""
        payload = encode_bundle(data, metadata)
        header: dict[str, Any] = {"type": "display", "output_type": output_type}
        if display_id is not None:
            header["display_id"] = display_id
        if output_type == "execute_result":
            header["execution_count"] = self.shell.displayhook.prompt_count
        self._send_in_order(header, payload)

    def clear(self, wait: bool) -> None:
        """Send a `clear`; see :class:`rankbook.agent.display.Sink`."""
        self._send_in_order({"type": "clear", "wait": wait})

    def _send_in_order(self, header: dict[str, Any], payload: bytes = b"") -> None:
        if self._connected:
            # A thread of the user's must not touch the work socket.
            main = threading.current_thread() is threading.main_thread()
            send = self.work.send if main else self.control.post
            epoch = self.order.display("work" if main else "control")
            send({**header, "run": self.run_id, "epoch": epoch}, payload)
            self._ahead += len(payload)
            if main and self._ahead > AHEAD_LIMIT:
                self._ahead = 0
                self.work.send({"type": "sync", "run": self.run_id})
                self._await("synced")

    def _ask(self, prompt: str, password: bool) -> str:
        if not stdin.can_ask():
            raise stdin.refuse()
        self.order.flush()
        self.work.send(
            {
                "type": "input_request",
                "run": self.run_id,
                "prompt": prompt,
                "password": password,
            }
        )
        return self._await("input_reply")["value"]

    def _await(self, kind: str) -> dict[str, Any]:
        """The kernel's next word of this kind to the running cell."""
        while True:
            request, _payload = self.work.receive()
            if request["type"] == kind and request["run"] == self.run_id:
                return request
            if request["type"] == "stop":
                os._exit(1)

    # Control requests, in the control thread

    def _on_deadlock(self, request: dict[str, Any]) -> None:
        if self.interrupts.run == request["run"]:
            self.layer.raise_deadlock(request["text"])

    def _on_snapshot(self, request: dict[str, Any]) -> None:
        run = request["run"]
        busy = self.interrupts.run == run
        wait = self.layer.wait_state() if busy else None
        # The communicators that a wait names come with the record.
        if wait is not None or not busy or self.layer.filling:
            for trace in self.layer.traces(run):
                self.control.post(*trace)
        self.control.post(
            {
                "type": "snapshot",
                "id": request["id"],
                "run": run,
                "wait": wait,
                "busy": busy,
                "line": self._current_line() if busy else None,
                "threads": user_threads() if busy else 0,
            }
        )

    def _current_line(self) -> int | None:
        frame = sys._current_frames().get(threading.main_thread().ident or 0)
        while frame is not None:
            if frame.f_code.co_filename == self.shell.cell_file:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def _on_complete(self, request: dict[str, Any]) -> None:
        self._answer(
            "complete_reply",
            request,
            lambda: introspect.complete(self.shell, request["code"], request["cursor_pos"]),
        )

    def _on_inspect(self, request: dict[str, Any]) -> None:
        self._answer(
            "inspect_reply",
            request,
            lambda: introspect.inspect(
                self.shell, request["code"], request["cursor_pos"], request["detail_level"]
            ),
        )

    def _answer(self, kind: str, request: dict[str, Any], find: Any) -> None:
        # User code (properties, __dir__) may run in here and take its time.
        def work() -> None:
            self.control.post({"type": kind, "id": request["id"], **find()})

        threading.Thread(target=work, name=f"rankbook-{kind}", daemon=True).start()

    # The end

    def _leave(self) -> None:
        """End this process, which has time for it, as Python does at the end of a program. Does
        not return."""
        # Nobody is there to answer.
        self._stdin_allowed = False
        leaving.finish(self.shell)
        self.order.flush()
        self.work.send({"type": "leaving"})
        mpi.finalize(self.mpi)
        self._disconnect()
        os._exit(0)

    def _on_fork(self) -> None:
        # In a child of the rank. The sockets are the rank's.
        self._connected = False

    def _leave_orphaned(self) -> None:
        if not self.boot.pmi:
            # There may be no zygote, which would do it.
            shutil.rmtree(self.boot.runtime, ignore_errors=True)
        if os.getpgrp() == self._pid:
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    def _disconnect(self) -> None:
        """Deliver all that was said. Only descriptors 1 and 2 are left then."""
        self.order.flush()
        self._connected = False
        self.work.close()
        self.control.close()
        self.context.term()
