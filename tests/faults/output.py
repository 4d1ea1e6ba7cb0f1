"""Output that is hard to show."""

from __future__ import annotations

from .fault import Section
from .trial import SIZE, Trial, check_before

OUTPUT = Section("Output")


@OUTPUT.fault(
    "A line of 10 MB",
    does="Keeps it for the rank's tab; the plain text of the notebook says how much it leaves out",
    kept="World and variables",
)
def long_line(trial: Trial) -> None:
    ran = trial.run("if rank == 1:\n    print('x' * 10_000_000 + 'END')")
    assert ran.status == "ok"
    check_before(ran)
    assert ran.output(1) == f"before 1\n{'x' * 10_000_000}END\n"
    assert "[1] ... 1 line (10 MB) not shown here" in ran.text
    assert len(ran.text) < 1_000_000
    assert trial.kept()


@OUTPUT.fault(
    "Bytes that are no UTF-8",
    does="Shows `\ufffd` in their place; all else is as it was printed",
    kept="World and variables",
)
def invalid_utf8(trial: Trial) -> None:
    ran = trial.run("os.write(1, b'caf\\xe9 ok\\n'); os.write(2, b'\\xff\\xfe ok\\n'); x = 1")
    assert ran.status == "ok"
    for rank in range(SIZE):
        assert ran.output(rank) == f"before {rank}\ncaf\ufffd ok\n\ufffd\ufffd ok\n"
    assert trial.kept()


@OUTPUT.fault(
    "Output of C code, subprocesses and Python in turn",
    does="Shows it in the order in which it was written",
    kept="World and variables",
)
def mixed_output(trial: Trial) -> None:
    body = (
        "libc = ctypes.CDLL(None)\n"
        "print('one')\n"
        "n = libc.printf(b'two\\n')\n"
        "n = subprocess.run(['echo', 'three'])\n"
        "n = os.system('echo four')\n"
        "n = libc.printf(b'five\\n')\n"
        "print('six', file=sys.stderr)\n"
        "print('seven')"
    )
    ran = trial.run(body)
    assert ran.status == "ok"
    words = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"
    for rank in range(SIZE):
        assert ran.output(rank) == f"before {rank}\n{words}"
    assert trial.kept()


@OUTPUT.fault(
    "A rank that dies in the middle of a line",
    does="Shows what it had written, by Python and by C code",
    kept="Other worlds, all output",
)
def unfinished_line(trial: Trial) -> None:
    body = (
        "libc = ctypes.CDLL(None)\n"
        "if rank == 1:\n"
        "    libc.printf(b'of C '); libc.fflush(None)\n"
        "    print('half a li', end='', flush=True)\n"
        "    os.kill(os.getpid(), 9)"
    )
    ran = trial.run(body)
    assert ran.status == "error"
    check_before(ran)
    assert ran.output(1) == "before 1\nof C half a li"
    assert not trial.kept()
