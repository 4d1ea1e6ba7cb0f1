"""Faults of the code in a cell."""

from __future__ import annotations

from .fault import Section
from .trial import SIZE, Trial, cell, check_before, check_failed

CELLS = Section("In the code of a cell")


@CELLS.fault(
    "An exception on one rank",
    does="Names the rank, the exception and the line; its traceback opens; the others end normally",
    kept="World and variables",
)
def exception_on_one(trial: Trial) -> None:
    ran = trial.run("if rank == 2:\n    raise ValueError('negative')\nx = rank")
    check_failed(ran, r"Rank 2 raised ValueError: negative \(line 4 of the cell\)$")
    assert [ran.state(rank) for rank in range(SIZE)] == ["done", "done", "error", "done"]
    assert "----> 4     raise ValueError('negative')" in ran.output(2, "error")
    assert ran.reply["content"]["ename"] == "ValueError"
    assert "rank 2" in ran.reply["content"]["evalue"]
    assert trial.kept()


@CELLS.fault(
    "An exception on all ranks",
    does="Says it once for all of them, also where each has raised it with another value",
    kept="World and variables",
)
def exception_on_all(trial: Trial) -> None:
    ran = trial.run("raise ValueError('negative')")
    check_failed(ran, r"Ranks 0-3 raised ValueError: negative \(line 3 of the cell\)$")
    assert [ran.state(rank) for rank in range(SIZE)] == ["error"] * SIZE
    values = ", ".join(f"{rank} on rank {rank}" for rank in range(SIZE))
    ran = trial.run("{}[rank]")
    check_failed(ran, rf"Ranks 0-3 raised KeyError \(line 3 of the cell\): {values}$")
    assert trial.kept()


@CELLS.fault(
    "An exception on one rank while the others wait for it in MPI",
    does="Ends the run within 2 s; that exception comes first, then where the others waited",
    kept="World and variables",
)
def exception_while_others_wait(trial: Trial) -> None:
    body = (
        "if rank == 2:\n    raise ValueError('negative')\n"
        "if rank == 0:\n    comm.recv(source=2)\nelse:\n    comm.Barrier()"
    )
    ran = trial.run(body)
    check_failed(ran, r"Rank 2 raised ValueError: negative \(line 4 of the cell\)\n")
    assert "Then stopped: rank 0 (line 6 of the cell)" in ran.notices, ran.notices
    assert "Then stopped: ranks 1 and 3 (line 8 of the cell)" in ran.notices, ran.notices
    assert "----> 6     comm.recv(source=2)" in ran.output(0, "error")
    assert "----> 8     comm.Barrier()" in ran.output(3, "error")
    assert "rankbook" not in ran.output(3, "error")
    assert ran.reply["content"]["ename"] == "ValueError"
    assert trial.kept()


@CELLS.fault(
    "A syntax error in a cell",
    does="Names the line; nothing of the cell runs on any rank",
    kept="World and variables",
)
def syntax_error(trial: Trial) -> None:
    ran = trial.run("if rank == 1:\n    kept = = 3")
    assert ran.status == "error"
    assert ran.notices == "Ranks 0-3 raised SyntaxError: invalid syntax (line 4 of the cell)"
    for rank in range(SIZE):
        assert "    kept = = 3" in ran.output(rank)
        assert "before" not in ran.output(rank, "stream")
    assert trial.kept()


@CELLS.fault(
    "`sys.exit(3)`",
    does="Ends the cell on that rank, with the code in the message; the rank itself lives on",
    kept="World and variables",
)
def sys_exit(trial: Trial) -> None:
    ran = trial.run("if rank == 1:\n    sys.exit(3)\ncomm.Barrier()")
    check_failed(ran, r"Rank 1 left the cell with sys\.exit\(3\)")
    assert ran.state(1) == "error"
    assert trial.kept()
    fine = trial.run("sys.exit()")
    assert fine.status == "ok"
    check_before(fine)
    assert trial.kept()


@CELLS.fault(
    "`MPI.COMM_WORLD.Abort(7)`",
    does="Ends the run on all ranks, and names the rank and the code; the processes live on",
    kept="World and variables",
)
def abort(trial: Trial) -> None:
    # It ends the others at once, also before they have printed.
    ran = trial.run("comm.Barrier()\nif rank == 1:\n    comm.Abort(7)\ncomm.Barrier()")
    check_failed(ran, r"Rank 1 called MPI\.Abort\(7\)")
    assert [ran.state(rank) for rank in range(SIZE)] == [
        "interrupted",
        "error",
        "interrupted",
        "interrupted",
    ]
    assert trial.kept()


@CELLS.fault(
    "`MPI.Finalize()` in a cell",
    does="Puts it off until the world ends, and says so",
    kept="World and variables",
)
def finalize(trial: Trial) -> None:
    ran = trial.run("MPI.Finalize()")
    assert ran.status == "ok"
    assert "MPI.Finalize() was put off" in ran.notices
    check_before(ran)
    assert trial.kept()


@CELLS.fault(
    "More memory than a limit allows",
    does="`MemoryError`, as any exception: rank and line",
    kept="World and variables",
)
def memory_error(trial: Trial) -> None:
    trial.keep()
    limit = "import resource; soft, hard = resource.getrlimit(resource.RLIMIT_AS)\n"
    lower = "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, hard))\n"
    ran = trial.notebook.run(cell(f"{limit}if rank == 1:\n    {lower}    bytearray(16 << 30)"))
    check_failed(ran, r"Rank 1 raised MemoryError \(line 6 of the cell\)$")
    [error] = ran.of("error")
    assert error["evalue"] == "rank 1"
    trial.notebook.run(cell("resource.setrlimit(resource.RLIMIT_AS, (soft, hard))"))
    assert trial.kept()


@CELLS.fault(
    "`--timeout 1` is over",
    does="Stops the run and names the ranks that had not ended",
    kept="World and variables",
)
def timeout(trial: Trial) -> None:
    ran = trial.run("while rank == 1:\n    pass", "--timeout 1")
    says = r"Stopped after 1 s \(--timeout 1\): rank 1 had not ended\."
    check_failed(ran, says, seconds=1 + 2)
    assert [ran.state(rank) for rank in range(SIZE)] == ["done", "interrupted", "done", "done"]
    assert trial.kept()


@CELLS.fault(
    "A failed cell with more cells queued behind it",
    does="The queued ones are not run, neither on ranks nor in the plain kernel",
    kept="World and variables",
)
def queued_cells(trial: Trial) -> None:
    trial.keep()
    book = trial.notebook
    cells = [cell("raise ValueError"), f"%%mpirun -n {SIZE}\nkept = 0", "aborted = 0"]
    requests = [book.start(each) for each in cells]
    replies = [book.reply(request)["content"]["status"] for request in requests]
    assert replies == ["error", "aborted", "aborted"]
    assert book.run("aborted").status == "error"
    assert trial.kept()
