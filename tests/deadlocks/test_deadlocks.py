"""Programs that hang are explained at once, sound ones are left alone, mistakes are told."""

from __future__ import annotations

import re
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

import pytest

from ..clock import here
from ..notebooks import RUN_MIME, Notebook, Ran
from .conftest import Kernels
from .program import EXPLAINED, Program, programs, rows_of

#: Seconds from the request of a cell until its explanation stands in the notebook, where nothing
#: else runs.
AT_ONCE = 3.0

WRONG = programs("wrong")
RIGHT = programs("right")
REMARKS = programs("remarks")

Explanations = dict[Path, Future]

KEEP = """\
%%mpirun -n {size}
from mpi4py import MPI
kept = 100 + MPI.COMM_WORLD.rank
"""
#: Runs after each program: variables are there, and so is a communicator without strays.
SOUND = """\
%%mpirun -n {size}
from mpi4py import MPI
comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
assert kept == 100 + rank
assert not comm.iprobe()
comm.Barrier()
assert comm.sendrecv(rank, dest=(rank + 1) % size, source=(rank - 1) % size) == (rank - 1) % size
assert comm.allreduce(1) == size
"""
DRAIN = """\
status = MPI.Status()
comm.Barrier()
for _ in range(1000):
    if comm.iprobe(status=status):
        comm.Recv(bytearray(status.Get_count(MPI.BYTE)), status.source, status.tag)
"""


def named(program: Program) -> str:
    return program.path.stem


def seconds_until(ran: Ran, text: str) -> float:
    """From the start of the cell until a notice with this text was published."""

    def at(message: dict) -> datetime:
        return message["header"]["date"]

    shown = next(
        message
        for message in ran.messages
        if RUN_MIME in message["content"].get("data", {})
        and any(text in n["text"] for n in message["content"]["data"][RUN_MIME]["notices"])
    )
    return (at(shown) - at(ran.messages[0])).total_seconds()


#: Sizes of the worlds that have the variables which each program must leave, by kernel.
KEPT: dict[int, set[int]] = {}


def ran_with_variables(notebook: Notebook, program: Program, timeout: float) -> Ran:
    kept = KEPT.setdefault(notebook.pid, set())
    if program.size not in kept:
        notebook.run(KEEP.format(size=program.size))
        kept.add(program.size)
    return notebook.run(program.cell, timeout=timeout)


def sound_afterwards(notebook: Notebook, program: Program) -> None:
    after = notebook.run(SOUND.format(size=program.size))
    if after.status != "ok":
        # So that one failure is not that of all later programs on this world.
        KEPT[notebook.pid].discard(program.size)
    assert after.status == "ok", after.text


def explanation_of(notebook: Notebook, program: Program) -> Ran:
    ran = ran_with_variables(notebook, program, 20)
    sound_afterwards(notebook, program)
    return ran


@pytest.fixture(scope="module")
def explanations(request: pytest.FixtureRequest, kernels: Kernels) -> Explanations:
    """What came of the wrong programs, by path; they run ahead of the tests that ask."""
    selected = [
        item.callspec.params["program"]
        for item in request.session.items
        if getattr(item, "originalname", "") == test_wrong_is_explained.__name__
    ]
    return {program.path: kernels.submit(explanation_of, program) for program in selected}


@pytest.mark.parametrize("program", WRONG, ids=named)
def test_wrong_is_explained(explanations: Explanations, program: Program) -> None:
    ran = explanations[program.path].result()
    texts = [notice["text"] for notice in ran.model["notices"]]
    explanation = next((text for text in texts if text.startswith("Deadlock: ")), None)
    assert explanation is not None, ran.text
    title = explanation.splitlines()[0]
    assert re.match(f"Deadlock: {EXPLAINED[program.kind]}", title), explanation
    rows = rows_of(explanation)
    for rank, line in program.stuck.items():
        assert f"line {line}" in rows[rank], explanation
    assert "Hint: " in explanation
    assert seconds_until(ran, title) < here(AT_ONCE)
    assert ran.status == "error"


@pytest.mark.parametrize("program", RIGHT, ids=named)
def test_right_is_left_alone(notebook: Notebook, program: Program) -> None:
    ran = ran_with_variables(notebook, program, 60)
    assert ran.status == "ok", ran.text
    assert ran.model["notices"] == []
    sound_afterwards(notebook, program)


@pytest.mark.parametrize(
    "program",
    [program for program in REMARKS if program.path.stem == "bcast-of-the-root-alone"],
    ids=named,
)
def test_what_is_left_does_not_fall_on_the_next_cell(notebook: Notebook, program: Program) -> None:
    notebook.run(f"{KEEP.format(size=program.size)}other = MPI.COMM_WORLD.Dup()")
    notebook.run(program.cell)
    after = notebook.run(
        f"%%mpirun -n {program.size}\n"
        "assert comm.bcast(kept if rank == 2 else None, root=2) == 102\n"
        "assert comm.bcast(kept if rank == 0 else None) == 100\n"
        "assert other.bcast(kept if rank == 1 else None, root=1) == 101"
    )
    assert after.status == "ok", after.text
    assert after.model["notices"] == []
    sound_afterwards(notebook, program)


@pytest.mark.parametrize("program", REMARKS, ids=named)
def test_mistakes_are_told(notebook: Notebook, program: Program) -> None:
    ran = notebook.run(program.cell, timeout=20)
    assert ran.status == ("error" if program.raises else "ok"), ran.text
    assert program.says in ran.notices
    drain(notebook, program)


def drain(notebook: Notebook, program: Program) -> None:
    """Take what a program left unreceived on purpose."""
    notebook.run(f"%%mpirun -n {program.size}\n{DRAIN}")


def test_the_set_is_large() -> None:
    assert len(WRONG) >= 60
    assert len(RIGHT) >= 30
    assert {program.kind for program in WRONG} == set(EXPLAINED)
