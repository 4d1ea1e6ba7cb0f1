"""Cells that do not end by themselves."""

from __future__ import annotations

import time

from ..clock import here
from ..notebooks import Ran
from .fault import Section
from .processes import resident_memory
from .trial import SIZE, SOON, Interrupted, Trial, cell, check_before

#: Seconds: ranks have 2 s to react, then a traceback is made and all is shown.
LIMIT = 4.0

INTERRUPTS = Section("A cell that has to be interrupted")


def check_interrupted(run: Interrupted) -> Ran:
    ran = run.ran
    assert ran.status == "error"
    assert ran.reply["content"]["ename"] == "KeyboardInterrupt"
    assert ran.model["state"] == "interrupted"
    assert run.seconds < here(LIMIT)
    check_before(ran)
    return ran


@INTERRUPTS.fault(
    "An endless Python loop",
    does="Interrupt raises `KeyboardInterrupt` on all ranks and says in which line",
    kept="World and variables",
)
def python_loop(trial: Trial) -> None:
    ran = check_interrupted(trial.interrupt("while True:\n    pass"))
    assert ran.notices == "Interrupted: ranks 0-3 (line 3 of the cell)." or (
        "line 4 of the cell" in ran.notices
    ), ran.notices
    assert "KeyboardInterrupt" in ran.output(3, "error")
    assert "rankbook" not in ran.output(3, "error")
    assert trial.kept()


@INTERRUPTS.fault(
    "Waiting in MPI",
    does="Interrupt raises `KeyboardInterrupt` at the line that waits",
    kept="World and variables",
)
def waiting(trial: Trial) -> None:
    body = "while rank == 0:\n    time.sleep(0.1)\ncomm.Barrier()"
    ran = check_interrupted(trial.interrupt(body))
    assert "ranks 1-3 (line 5 of the cell)" in ran.notices, ran.notices
    assert "----> 5 comm.Barrier()" in ran.output(1, "error")
    assert trial.kept()


@INTERRUPTS.fault(
    "An endless loop in C code that holds Python's lock",
    does="Interrupt kills the ranks that do not react within 2 s "
    "(longer where more than 8 share a core), and names them",
    kept="Other worlds, all output",
)
def c_loop(trial: Trial) -> None:
    body = "lib = ctypes.PyDLL(None)\nwhile rank == 1:\n    lib.usleep(60_000_000)\ncomm.Barrier()"
    ran = check_interrupted(trial.interrupt(body))
    assert "Rank 1 did not react within 2 s" in ran.notices
    assert "has ended and its variables are lost" in ran.notices
    assert ran.state(1) == "dead"
    assert not trial.kept()


@INTERRUPTS.fault(
    "A cell that catches `KeyboardInterrupt`",
    does="Interrupt kills the ranks that go on for 2 s (longer where more than 8 share a core)",
    kept="Other worlds, all output",
)
def catches_interrupts(trial: Trial) -> None:
    body = (
        "while True:\n    try:\n        time.sleep(1)\n"
        "    except KeyboardInterrupt:\n        print('not me')"
    )
    ran = check_interrupted(trial.interrupt(body))
    assert "Ranks 0-3 did not react within 2 s" in ran.notices
    assert ran.output(0) == "before 0\nnot me\n"
    assert not trial.kept()


@INTERRUPTS.fault(
    "A second interrupt",
    does="Kills the ranks at once",
    kept="Other worlds, all output",
)
def second_interrupt(trial: Trial) -> None:
    trial.keep()
    body = "lib = ctypes.PyDLL(None)\nwhile True:\n    lib.usleep(60_000_000)"
    with trial.running(cell(body)) as run:
        trial.notebook.interrupt()
        trial.notebook.interrupt()
    ran = check_interrupted(run)
    assert run.seconds < here(1)
    assert "Ranks 0-3 were killed at the second interrupt" in ran.notices
    assert not trial.kept()


@INTERRUPTS.fault(
    "Endless output",
    does="Keeps the first megabytes and the last lines, says how much is left out; "
    "memory stays bounded, interrupt works as always",
    kept="World and variables",
)
def endless_output(trial: Trial) -> None:
    before = resident_memory(trial.notebook.pid)
    body = "i = 0\nwhile True:\n    i += 1\n    print('line', i, 'x' * 2000)"
    ran = check_interrupted(trial.interrupt(body, wait=4))
    assert resident_memory(trial.notebook.pid) < before + (200 << 20)
    assert "left out here" in ran.output(0)
    assert len(ran.output(0)) < 8 << 20
    assert trial.kept()


@INTERRUPTS.fault(
    "`input()` that nobody answers",
    does="Interrupt takes the question back and ends the run",
    kept="World and variables",
)
def unanswered_input(trial: Trial) -> None:
    body = "if rank == 2:\n    name = input('who? ')\ncomm.Barrier()"
    ran = check_interrupted(trial.interrupt(body, wait=1, allow_stdin=True))
    asked = trial.notebook.client.stdin_channel.get_msg(timeout=1)
    assert asked["content"]["prompt"] == "[rank 2] who? "
    assert ran.state(2) == "interrupted"
    assert "----> 4     name = input('who? ')" in ran.output(2, "error")
    assert trial.kept()


@INTERRUPTS.fault(
    "A world that is still starting",
    does="Interrupt stops the start, and says that nothing has run",
    kept="Other worlds",
)
def starting_world(trial: Trial) -> None:
    trial.keep()
    code = "%%mpirun -n 16\nraise ValueError('has run')"
    with trial.running(code, until="starting") as run:
        trial.notebook.interrupt()
    assert run.seconds < here(SOON)
    ran = run.ran
    assert ran.reply["content"]["ename"] == "KeyboardInterrupt"
    assert ran.notices == "Interrupted while the world was starting: the cell has not run."
    assert {ran.state(rank) for rank in range(16)} == {"interrupted"}
    time.sleep(0.2)
    assert len(trial.family.members()) == 3 + SIZE
    assert trial.kept()
