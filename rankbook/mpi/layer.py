"""The layer as the agent sees it."""

from __future__ import annotations

import sys
import time
from typing import Literal

import mpi4py
from mpi4py import MPI

from . import capi, communicator, data, methods, recover, variants, wakes, windows
from .channel import CHANNEL
from .lines import call_text, main_place
from .needs import needs_of
from .progress import turn
from .record import Recorder
from .state import STATES, State
from .substitute import BY_PLAIN, constant, document, substituted
from .wait import GATE, next_seq

Record = Literal["off", "waits", "full"]
#: Of mpi4py, of the classes that the layer has in their place; beside COMM_WORLD and COMM_SELF.
CONSTANTS = "COMM_NULL REQUEST_NULL MESSAGE_NULL MESSAGE_NO_PROC WIN_NULL FILE_NULL".split()


class AbortRun(BaseException):
    """`Abort` was called in a cell: the run is to end, the process not.

    Not an Exception, so that a cell's `except Exception` lets it through.
    """

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class Layer:
    """Cooperative waits and the record of one rank. One a process, see `install`."""

    def __init__(self):
        self.on = False
        self.run: str | None = None
        self.recorder = Recorder(MPI.COMM_WORLD.Get_size())
        self._cell: str | None = None
        self._notes: list[str] = []
        self._real_finalize = MPI.Finalize
        communicator.Comm.Abort = _abort_of(self)
        MPI.Finalize = self._finalize
        MPI.Init = _unless_told(MPI.Init, lambda: None)
        MPI.Init_thread = _unless_told(MPI.Init_thread, MPI.Query_thread)
        self._adopt_world()
        GATE.fit(MPI.COMM_WORLD.Get_size())
        invitation = wakes.invite() if GATE.crowded else b""
        self._spare = recover.Spare()
        CHANNEL.open(self._spare.comm)
        wakes.leave(invitation)
        self.turn_on()

    def _adopt_world(self) -> None:
        for cls in BY_PLAIN.values():
            setattr(MPI, cls.__name__, cls)
        for name in CONSTANTS:
            constant(name, substituted(getattr(MPI, name)))
        capi.substitute_constructors()
        STATES.world_group = communicator.ORIGINALS["COMM_WORLD"].Get_group()
        rank = STATES.world_rank = communicator.ORIGINALS["COMM_WORLD"].Get_rank()
        for name, id in (("COMM_WORLD", "world"), ("COMM_SELF", f"self:{rank}")):
            comm = communicator.Intracomm(communicator.ORIGINALS[name])
            constant(name, comm)
            STATES.add(comm, id).name = name

    # -- on, off -------------------------------------------------------------------

    def turn_on(self) -> None:
        """Cooperative waits again after `off`. Collective, between runs."""
        # What a run begins with.
        self._use(True, False)
        self.on = True

    def off(self) -> None:
        """Plain mpi4py: no method of the layer is in the way, on any communicator.

        All ranks have to do it between the same runs, as MPI's blocking collectives do
        not match the non-blocking ones that the layer uses. `MPI.Finalize` and `Abort`
        go on being put off in cells.
        """
        variants.remove()
        windows.leave_locks_to_mpi()
        self.on = False

    @staticmethod
    def _use(recording: bool, strict: bool) -> None:
        variants.use(recording, strict, GATE.crowded)

    # -- a run -----------------------------------------------------------------------

    def begin(self, run: str, record: Record, strict: bool, cell_file: str | None) -> None:
        """A cell or program starts, on the main thread.

        `record`: 'off' only waits cooperatively; 'waits' also knows what pending requests
        stand for, so that `wait_state` is complete; 'full' keeps every call. `strict`
        makes standard sends synchronous. `cell_file` is the `co_filename` of the cell's
        code; None for a program, which keeps the real MPI.Finalize and Abort.
        """
        self.run = run
        self._cell = cell_file
        self._notes = []
        GATE.sweep()
        self.recorder.begin(cell_file, next_seq(), record == "full")
        methods.ENVIRONMENT.update(
            cell=cell_file,
            watching=record == "full",
            add=self.recorder.add if record == "full" else methods.ignore,
            ndarray=data.array_type(),
            double=data.double_type(),
        )
        if self.on:
            self._use(record != "off", strict)

    def end(self) -> list[str]:
        """The cell is over; notes for the user. `drain` gives what is left of its record."""
        notes, self._notes = self._notes, []
        self.run = None
        return notes

    def _finalize(self) -> None:
        """Stands for MPI.Finalize."""
        if self.run is None or self._cell is None:
            self._real_finalize()
            return
        note = "MPI.Finalize() was put off: the ranks live on for the next cell."
        if note not in self._notes:
            self._notes.append(note)

    def progress(self) -> bool:
        """Between runs: give MPI a turn. True if others may depend on that happening again
        and again, because of windows that are open."""
        turn()
        return GATE.windows > 0

    # -- for other threads --------------------------------------------------------------

    def wait_state(self) -> dict | None:
        """What the main thread waits for, as WaitState of the trace; else None."""
        waiting = GATE.waiting
        if waiting is None:
            return None
        code, at = main_place(GATE.main, self._cell)
        row = waiting.row
        found, sent = needs_of(waiting)
        return {
            "seq": waiting.seq,
            "name": row.name,
            "kind": row.kind,
            "buffer": row.buffer,
            **self.recorder.lines.where(code, at),
            "text": call_text(code, at),
            "waited": time.perf_counter() - waiting.t0,
            "polls": waiting.polls,
            "mode": "or" if waiting.any else "and",
            "needs": found,
            **({} if sent is None else {"sent": sent}),
        }

    def drain(self, limit: int = 5000) -> tuple[dict, int]:
        """Up to `limit` recorded calls as TracePayload, and how many were dropped.

        Communicators are in it before the first call, or the current wait, that names
        them. Call it again while `calls` has `limit` entries.
        """
        return self.recorder.drain(limit, GATE.waiting, self.name_of)

    def raise_in_wait(self, error: BaseException) -> bool:
        """Raise `error` at the line where the main thread waits, at its next test.

        False, and no effect, if it does not wait (or no longer does by then). A wait in
        foreign C code is not known here.
        """
        return GATE.raise_in_wait(error)

    # -- after a stopped run -------------------------------------------------------------

    def recover(self, seconds: float = 5.0) -> list[str]:
        """Move COMM_WORLD to a clean context; names of communicators that may hold strays.

        Collective over all ranks of the world, on the main thread, between cells. Raises
        TimeoutError where the others do not come within `seconds`: the world is lost then.
        """
        recover.move_world(self._spare, seconds)
        recover.move_self()
        STATES.moved()
        windows.tidy_locks()
        return recover.tainted(self.name_of, self.recorder.used)

    def name_of(self, state: State) -> str:
        """The name a person knows a communicator by."""
        if state.name is not None:
            return state.name
        for comm in state.objects():
            name = comm.Get_name() if comm and hasattr(comm, "Get_name") else ""
            if name and not name.startswith(("MPI_COMM", "MPI_WIN")):
                return name
        found = _variable(state)
        return found or state.label or state.id


def _variable(state: State) -> str | None:
    """A variable of the user's namespace that holds this communicator."""
    namespace = vars(sys.modules["__main__"])
    objects = {id(comm) for comm in state.objects()}
    for name, value in list(namespace.items()):
        if id(value) in objects and not name.startswith("_"):
            return name
    return None


def _unless_told(plain, instead):
    """`Init` for programs that have told mpi4py to leave that to them, in `rc.initialize`: it is
    done already. Others get MPI's error."""

    def method(*arguments, **named):
        return plain(*arguments, **named) if mpi4py.rc.initialize else instead()

    document(method, plain)
    return method


def _abort_of(layer: Layer):
    def Abort(self, errorcode=0):
        if layer.run is None or layer._cell is None:
            methods.PLAIN["Comm"].Abort(self, errorcode)
        raise AbortRun(errorcode)

    document(Abort, methods.PLAIN["Comm"].Abort)
    return Abort
