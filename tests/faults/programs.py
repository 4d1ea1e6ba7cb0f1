"""Programs: `%mpirun`."""

from __future__ import annotations

from ..clock import here
from .fault import Section
from .trial import SOON, Trial

PROGRAMS = Section("Programs")


def program(trial: Trial, name: str, text: str) -> None:
    (trial.folder / name).write_text(text)


@PROGRAMS.fault(
    "A file that does not exist",
    does="Refused before anything is started, with the nearest file name",
    kept="All",
)
def missing_file(trial: Trial) -> None:
    trial.keep()
    program(trial, "heat.py", "")
    for line, says in (
        ("%mpirun -n 4 haet.py", "There is no file haet.py here; did you mean heat.py?"),
        ("%mpirun -n 4 nothing/like/it.py", "There is no file nothing/like/it.py here."),
        ("%mpirun -n 4 ./a.out", "There is no file ./a.out here."),
        ("%mpirun -n 4 no-such-program", "There is no program no-such-program on PATH."),
    ):
        ran = trial.notebook.run(line)
        assert ran.status == "error"
        [error] = ran.of("error")
        assert error["evalue"] == says
        assert ran.of("display_data") == []
    assert trial.kept()


@PROGRAMS.fault(
    "A program with a syntax error",
    does="Python's message with file and line, and the exit code of the ranks",
    kept="Kept worlds: a program has its own",
)
def syntax_error(trial: Trial) -> None:
    trial.keep()
    program(trial, "wrong.py", "print('never')\nx = = 3\n")
    ran = trial.notebook.run("%mpirun -n 2 wrong.py")
    assert ran.status == "error"
    assert (
        ran.notices
        == "Ranks 0 and 1 ended with exit code 1 (SyntaxError: invalid syntax, wrong.py:2)."
    )
    for rank in (0, 1):
        assert 'wrong.py", line 2' in ran.output(rank)
        assert "x = = 3" in ran.output(rank)
        assert "never" not in ran.output(rank)
    assert trial.kept()


@PROGRAMS.fault(
    "An exception in a program while other ranks wait for it",
    does="Ends the run within 2 s; the traceback, and in the message the exception",
    kept="Kept worlds: a program has its own",
)
def exception(trial: Trial) -> None:
    trial.keep()
    text = (
        "from mpi4py import MPI\ncomm = MPI.COMM_WORLD\nprint('before', comm.rank)\n"
        "if comm.rank == 1:\n    1 / 0\ncomm.Barrier()\n"
    )
    program(trial, "divide.py", text)
    ran = trial.notebook.run("%mpirun -n 4 divide.py")
    assert ran.status == "error"
    assert ran.notices.startswith(
        "Rank 1 ended with exit code 1 (ZeroDivisionError: division by zero, divide.py:5)."
    ), ran.notices
    assert ran.output(1).startswith("before 1\n")
    assert 'divide.py", line 5' in ran.output(1)
    assert ran.output(0).startswith("before 0\n")
    assert 'divide.py", line 6' in ran.output(0)
    ended = max(each["seconds"] for each in ran.model["ranks"])
    assert ended < here(SOON)
    assert trial.kept()


@PROGRAMS.fault(
    "A program (of C, say) that crashes",
    does="Names ranks and signal, in words; all output is there",
    kept="Kept worlds: a program has its own",
)
def crash(trial: Trial) -> None:
    trial.keep()
    ran = trial.notebook.run("%mpirun -n 2 sh -c 'echo hello; kill -SEGV $$'")
    assert ran.status == "error"
    says = "Ranks 0 and 1 died: killed by SIGSEGV (segmentation fault: invalid memory access)"
    assert ran.notices == says
    assert [ran.output(0), ran.output(1)] == ["hello\n", "hello\n"]
    assert trial.kept()


@PROGRAMS.fault(
    "More ranks than the limits allow",
    does="Refused, with the limit and how to change it; nothing is stopped",
    kept="All",
)
def too_many(trial: Trial) -> None:
    trial.keep()
    ran = trial.notebook.run("%%mpirun -n 65\nprint('never')")
    assert ran.status == "error"
    assert ran.notices.startswith("65 ranks are more than the 64 that a world may have here.")
    assert "RANKBOOK_MAX_RANKS_WORLD" in ran.notices
    assert "never" not in ran.text
    assert trial.kept()
