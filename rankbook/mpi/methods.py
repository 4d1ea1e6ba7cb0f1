"""What methods of communicators share: mpi4py's own classes, and the `Environment` with the
names that change from run to run.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from functools import cache
from itertools import count
from textwrap import indent
from types import CodeType

from mpi4py import MPI

from . import data
from .calls import Row
from .errors import unlayered
from .lines import place
from .state import STATES
from .wait import next_seq, wait

PLAIN = {
    name: getattr(MPI, name)
    for name in (
        "Comm Intracomm Topocomm Cartcomm Graphcomm Distgraphcomm Intercomm "
        "Request Prequest Grequest Message Win File"
    ).split()
}
_FOLDER = os.path.dirname(__file__)

next_request = count(1).__next__


@cache
def _compiled(text: str, name: str, own: tuple[str, ...]) -> CodeType:
    """A function `make` of the names that are the method's own, which gives the method."""
    made = f"def make({', '.join(own)}):\n{indent(text, '    ')}    return {name}\n"
    return compile(made, os.path.join(_FOLDER, "generated", f"{name}.py"), "exec")


class Environment:
    """Names that generated functions share and that change from run to run."""

    def __init__(self):
        self.shared = {
            "ANY": MPI.ANY_SOURCE,
            "TAG": MPI.ANY_TAG,
            "SUM": MPI.SUM,
            "INFO_NULL": MPI.INFO_NULL,
            "IN_PLACE": MPI.IN_PLACE,
            "MPIError": MPI.Exception,
            "Status": MPI.Status,
            "Asked": data.Asked,
            "NONE_BUFFER": (None, "none-buffer"),
            "BEGUN": (None, "begun"),
            "UNKNOWN": data.UNKNOWN,
            "OBJECT": data.OBJECT,
            "BYTE": MPI.BYTE,
            "PROC_NULL": MPI.PROC_NULL,
            "dumps": _dumps,
            "describe": data.describe,
            "snapshot": data.snapshot,
            "state": STATES.of,
            "wait": wait,
            "place": place,
            "clock": time.perf_counter,
            "getframe": sys._getframe,
            "next_seq": next_seq,
            "next_request": next_request,
            "__name__": __name__,
        }
        self.update(cell=None, watching=False, add=ignore)
        self.update(ndarray=data.array_type(), double=data.double_type())
        self.shared["failed"] = self._failed

    def update(self, **names) -> None:
        self.shared.update(names)

    def define(self, row: Row, text: str, **names):
        """Compile the text of a row's method. `names`: what else it uses that others have
        not, or have of another kind."""
        names["ROW"] = row
        made: dict = {}
        exec(_compiled(text, row.name, tuple(names)), self.shared, made)
        function = made["make"](**names)
        function.__qualname__ = row.name
        return function

    def record(self, seq, t0, frame, row, comm, fields, remarks=None) -> None:
        """Append a record of a call made from `frame`, see `record`."""
        code, at = place(frame, self.shared["cell"])
        t1 = time.perf_counter()
        self.shared["add"]((seq, t0, t1, code, at, row, comm, remarks, *fields))

    def _failed(self, error, seq, t0, frame, row, comm, fields, remarks) -> None:
        seq = seq or next_seq()
        _, *marks = remarks or (None,)
        self.record(seq, t0, frame, row, comm, fields, (error_text(error), *marks))
        unlayered(error)


@cache
def _own_code(error_class: int) -> int:
    return MPI.Add_error_code(error_class)


def mpi_error(error_class: int, text: str) -> MPI.Exception:
    """An error of MPI's that the layer finds by itself. Its text is kept until the next one of
    the same class."""
    code = _own_code(error_class)
    MPI.Add_error_string(code, text[: MPI.MAX_ERROR_STRING - 1])
    return MPI.Exception(code)


def error_text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _dumps(value) -> bytes:
    """By the pickler that is set at the time of the call."""
    return MPI.pickle.dumps(value)


#: In place of a record: takes everything, keeps nothing, and is as quick as one.
ignore = deque(maxlen=0).append

ENVIRONMENT = Environment()
