"""Ranks whose process ends."""

from __future__ import annotations

import os
import time

from ..notebooks import Ran
from .fault import Section
from .trial import SIZE, Trial, cell, check_failed

DEATHS = Section("The process of a rank ends")

LOST = "The world of 4 ranks has ended and its variables are lost; the next cell starts a new one."


def check_died(trial: Trial, body: str, cause: str) -> Ran:
    """Rank 1 dies in ``body`` while the others wait for it."""
    ran = trial.run(f"if rank == 1:\n    {body}\ncomm.Barrier()")
    check_failed(ran, rf"Rank 1 died: {cause}")
    assert LOST in ran.notices
    assert ran.state(1) == "dead"
    for rank in (0, 2, 3):
        assert ran.state(rank) == "interrupted"
        assert "----> 5 comm.Barrier()" in ran.output(rank, "error"), (rank, ran.text)
    assert not trial.kept()
    return ran


@DEATHS.fault(
    "`kill -9` of a rank",
    does="Names the rank and the signal; the others are stopped where they wait",
    kept="Other worlds, all output",
)
def kill(trial: Trial) -> None:
    other = "%%mpirun -n 2 --world other\n"
    trial.notebook.run(f"{other}kept = 'other'")
    check_died(trial, "os.kill(os.getpid(), 9)", r"killed by SIGKILL")
    ran = trial.notebook.run(f"{other}print(kept)")
    assert [ran.output(0), ran.output(1)] == ["other\n", "other\n"]


@DEATHS.fault(
    "A segmentation fault",
    does="Names the rank and SIGSEGV, in words, and shows the line where Python was",
    kept="Other worlds, all output",
)
def segmentation_fault(trial: Trial) -> None:
    cause = r"killed by SIGSEGV \(segmentation fault: invalid memory access\)"
    ran = check_died(trial, "ctypes.string_at(0)", rf"{cause} \(line 4 of the cell\)\n")
    assert ran.model["ranks"][1]["exit"]["line"] == 4


@DEATHS.fault(
    "`os._exit(3)`",
    does="Names the rank and the exit code",
    kept="Other worlds, all output",
)
def hard_exit(trial: Trial) -> None:
    check_died(trial, "os._exit(3)", r"process ended with exit code 3")


@DEATHS.fault(
    "The system ends a rank because memory is used up",
    does="Names the rank, SIGKILL and memory as a probable cause",
    kept="Other worlds, all output",
)
def out_of_memory(trial: Trial) -> None:
    # As the OOM killer does it: from outside, at any time, without a word.
    body = "subprocess.Popen(['sh', '-c', f'kill -9 {os.getpid()}']); time.sleep(60)"
    check_died(trial, body, r"killed by SIGKILL \(.*memory")


@DEATHS.fault(
    "A rank is killed between two cells",
    does="The next cell starts a new world and says why",
    kept="Other worlds",
)
def killed_between_cells(trial: Trial) -> None:
    trial.keep()
    ran = trial.notebook.run(cell("print(os.getpid())"))
    os.kill(int(ran.output(2).split()[-1]), 9)
    time.sleep(0.5)
    ran = trial.notebook.run(cell("print(globals().get('kept'))"))
    assert ran.status == "ok"
    assert (
        "World 4 was started anew, without its variables: rank 2 killed by SIGKILL" in ran.notices
    )
    assert ran.output(2).endswith("None\n")


@DEATHS.fault(
    "A rank leaves subprocesses behind",
    does="They end with the world",
    kept="World and variables until then",
)
def subprocesses(trial: Trial) -> None:
    body = (
        "for new in (False, True):\n"
        "    for _ in range(5):\n"
        "        subprocess.Popen(['sleep', '1000'], start_new_session=new)"
    )
    ran = trial.run(body)
    assert ran.status == "ok"
    sleeping = [each for each in trial.family.members() if each.command == "sleep 1000"]
    assert len(sleeping) == 10 * SIZE
    assert trial.kept()
    trial.notebook.run("%world stop")
    assert trial.strangers() == []
