"""The fork server of the ``local`` engine.

Started by the kernel with one end of a socket pair as descriptor 3, it imports what ranks
need, initialises no MPI, starts no thread, and forks ranks on request. It is the parent of
the ranks: it reaps them and reports how they ended, and it ends all of them, and what
they have started, when the kernel is gone.

Messages on descriptor 3 are JSON lines. Requests: ``fork`` (a world: see
:class:`rankbook.birth.Job`), ``kill`` (``world``, ``ranks`` or null). Reports: ``hello``,
``forked``, ``failed``, ``exit``.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any

from rankbook import warmup
from rankbook.birth import Job, become_rank
from rankbook.crash import CrashFile
from rankbook.processes import (
    adopt_orphans,
    children,
    end_with_parent,
    kill,
    kill_group,
    oom_kills,
    signal_name,
    world_of,
)

CONTROL_FD = 3

#: Ranks alive at a time, whatever the kernel asks for.
MAX_RANKS = 1024

#: Seconds for the end of all processes when the kernel is gone.
END_TIME = 2.0


@dataclass(frozen=True)
class Child:
    world: str
    rank: int
    crash: CrashFile


class Zygote:
    def __init__(self, control: socket.socket, runtime: str) -> None:
        """``runtime``: a folder to remove when the kernel is gone; may be empty."""
        self._control = control
        self._runtime = runtime
        self._received = b""
        self._children: dict[int, Child] = {}
        self._litter: dict[str, list[str]] = {}
        self._oom_kills = oom_kills()
        self._pid = os.getpid()

    def serve(self) -> None:
        """Serve the kernel until it is gone."""
        wake_read, wake_write = socket.socketpair()
        wake_read.setblocking(False)
        wake_write.setblocking(False)
        signal.set_wakeup_fd(wake_write.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        poller.register(wake_read, select.POLLIN)
        # What only some cells need is imported when there is nothing else to do.
        later = list(warmup.LATER)
        while True:
            ready = dict(poller.poll(0 if later else None))
            if not ready:
                later.pop(0)()
            if wake_read.fileno() in ready:
                wake_read.recv(4096)
            self._reap()
            if self._control.fileno() in ready and not self._receive():
                return

    def _receive(self) -> bool:
        try:
            data = self._control.recv(1 << 20)
        except ConnectionError:
            return False
        if not data:
            return False
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request.pop("op") == "fork":
                self._fork_world(Job(**request))
            else:
                self._kill(request["world"], request["ranks"])
        return True

    def _fork_world(self, job: Job) -> None:
        if len(self._children) + job.size > MAX_RANKS:
            self._report(op="failed", world=job.world, error=f"more than {MAX_RANKS} ranks")
            return
        self._litter[job.world] = job.litter
        warmup.freeze()
        for rank in range(job.size):
            try:
                crash = CrashFile()
                pid = os.fork()
            except OSError as error:
                text = f"rank {rank} could not be forked: {error.strerror}"
                self._report(op="failed", world=job.world, error=text)
                return
            if pid == 0:
                become_rank(job, rank, crash, self._pid, self._control)
            self._children[pid] = Child(job.world, rank, crash)
            self._report(op="forked", world=job.world, rank=rank, pid=pid)

    def _kill(self, world: str, ranks: list[int] | None) -> None:
        for pid, child in self._children.items():
            if child.world == world and (ranks is None or child.rank in ranks):
                kill_group(pid)

    def _reap(self) -> None:
        reaped = False
        while True:
            try:
                info = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                break
            if info is None:
                break
            reaped = True
            child = self._children.pop(info.si_pid, None)
            if child is not None:
                # Before its number can be given to another: what it has started ends with it.
                kill_group(info.si_pid)
            os.waitpid(info.si_pid, 0)
            if child is not None:
                self._report_exit(info, child)
                self._tidy(child.world)
        if reaped:
            self._end_left_behind()

    def _end_left_behind(self) -> None:
        """End what ranks of worlds that are gone have started out of their process groups. It
        has come to be a child of this process, and what it leaves behind itself comes next."""
        worlds = {child.world for child in self._children.values()}
        for pid in children(self._pid):
            if pid in self._children:
                continue
            world = world_of(pid)
            # One that can not be told may be of any world that lives.
            if world not in worlds if world is not None else not worlds:
                kill(pid)

    def _tidy(self, world: str) -> None:
        if not any(child.world == world for child in self._children.values()):
            remove(self._litter.pop(world, []))

    def _report_exit(self, info: Any, child: Child) -> None:
        report: dict[str, Any] = {"world": child.world, "rank": child.rank, "pid": info.si_pid}
        report["line"] = child.crash.take_line()
        if info.si_code == os.CLD_EXITED:
            report["code"] = info.si_status
        else:
            report["signal"] = signal_name(info.si_status)
            kills = oom_kills()
            report["oom"] = info.si_status == signal.SIGKILL and kills > self._oom_kills
            self._oom_kills = kills
        self._report(op="exit", **report)

    def _report(self, **fields: Any) -> None:
        # Where the kernel is gone, the next receive sees it.
        with contextlib.suppress(ConnectionError):
            self._control.sendall(json.dumps(fields).encode() + b"\n")

    def hello(self, **fields: Any) -> None:
        """Tell the kernel that ranks can be forked, or why not."""
        self._report(op="hello", **fields)

    def end(self) -> None:
        """End all ranks and what they have left behind, and the kernel's folder."""
        for pid in self._children:
            kill_group(pid)
        # What ranks have started comes to be a child of this process when they are gone.
        deadline = time.monotonic() + END_TIME
        try:
            while time.monotonic() < deadline:
                for pid in children(self._pid):
                    kill(pid)
                while os.waitpid(-1, os.WNOHANG) != (0, 0):
                    pass
                time.sleep(0.005)
        except ChildProcessError:
            # None is left.
            pass
        for files in self._litter.values():
            remove(files)
        if self._runtime:
            shutil.rmtree(self._runtime, ignore_errors=True)


def remove(files: list[str]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            os.unlink(file)


def leave(*_: object) -> None:
    """Signal handler: the kernel is gone."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit


def main() -> None:
    # Ctrl-C in the terminal of the kernel is the kernel's matter. But all stay in its session:
    # Linux divides cores among sessions first, and in one of its own the kernel would follow
    # each line of the ranks at once, which takes more time than it saves.
    os.setpgid(0, 0)
    gc.disable()
    control = socket.socket(fileno=CONTROL_FD)
    os.set_inheritable(CONTROL_FD, False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    adopt_orphans()
    # Imports take a second or more on a busy machine, during which nobody looks at descriptor 3.
    signal.signal(signal.SIGTERM, leave)
    end_with_parent(signal.SIGTERM)
    zygote = Zygote(control, sys.argv[1])
    pid = os.getpid()
    try:
        try:
            facts = warmup.basics()
        except Exception as error:
            zygote.hello(error=f"{type(error).__name__}: {error}")
            # The kernel goes on without ranks of this engine, and with its folder.
            os._exit(1)
        zygote.hello(**facts)
        zygote.serve()
    finally:
        if os.getpid() == pid:
            if isinstance(sys.exc_info()[1], Exception):
                traceback.print_exc()
            zygote.end()
            # Python's own end takes long for all that is imported, and nothing here needs it.
            os._exit(0)
