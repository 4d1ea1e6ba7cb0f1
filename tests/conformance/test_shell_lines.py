"""Lines ``!mpiexec ...`` with what a shell fills in go to ranks; what only it can do stays its."""

from __future__ import annotations

from pathlib import Path

import pytest

from rankbook import shellwords

PROGRAM = """\
import os, sys
from mpi4py import MPI
size = MPI.COMM_WORLD.size
sys.stdout.write(f"{size} {sys.argv[1:]} {os.environ.get('VALUE')}\\n")
"""


@pytest.fixture(scope="module")
def folder(notebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the plain cells of the notebook are: a program and some files of data."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "say.py").write_text(PROGRAM)
    for name in ("d1.csv", "d2.csv"):
        (folder / name).touch()
    cell = f"%cd {folder}\nimport os\nos.environ.update(WHERE='here', HOME='/home/me')\nn = 2"
    assert notebook.run(cell).status == "ok"
    return folder


@pytest.fixture
def _bash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mpiexec -n 2 \\\n    python say.py \\\n    --x 3", "['--x', '3'] None"),
        ("mpiexec -n 2 python say.py ~ ~/x '~'", "['/home/me', '/home/me/x', '~'] None"),
        ("mpiexec -n 2 python say.py *.csv '*.csv'", "['d1.csv', 'd2.csv', '*.csv'] None"),
        ("mpiexec -n 2 python say.py d?.csv no*", "['d1.csv', 'd2.csv', 'no*'] None"),
        (
            """mpiexec -n 2 python say.py $WHERE "$WHERE it's" '$WHERE' ${WHERE}x""",
            """['here', "here it's", '$WHERE', 'herex'] None""",
        ),
        ("mpiexec -n {n} python say.py $n {n + 1}", "['2', '3'] None"),
        ('mpiexec -n 2 python say.py a\\ b "c d" 2>&1', "['a b', 'c d'] None"),
        ("VALUE='1 2' mpiexec -n 2 python say.py", "[] 1 2"),
        ("env VALUE=3 OTHER=4 mpirun -np 2 python say.py", "[] 3"),
        ("timeout 1m mpiexec -n 2 python say.py", "[] None"),
    ],
)
def test_a_line_that_runs_one_program_has_tabs(notebook, folder: Path, line: str, said: str):
    del folder
    ran = notebook.run(f"!{line}")
    assert ran.text == "\n".join(f"[{rank}] 2 {said}" for rank in range(2))
    assert ran.status == "ok"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mpiexec -n 2 python say.py | sort | tail -1", ["2 [] None"]),
        ("mpiexec -n 2 python say.py | tee log; wc -l < log", ["2 [] None", "2 [] None", "2"]),
        ("mpiexec -n 2 python say.py > log && echo done", ["done"]),
        ("mpiexec -n 1 python say.py a : -n 1 python say.py", ["2 ['a'] None", "2 [] None"]),
        ("mpiexec -n 1 python say.py $(echo a)", ["1 ['a'] None"]),
        ("export VALUE=5; mpiexec -n 1 python say.py", ["1 [] 5"]),
        ("VALUE=6 bash -c 'mpiexec -n 1 python say.py'", ["1 [] 6"]),
    ],
)
def test_what_only_a_shell_can_do_is_left_to_it(notebook, folder: Path, line: str, said: list[str]):
    del folder
    ran = notebook.run(f"!{line}")
    assert sorted(ran.text.splitlines()) == sorted(said)


def test_the_time_that_a_line_gives_its_program_is_kept(notebook, folder: Path):
    (folder / "long.py").write_text("import time\nprint('begun')\ntime.sleep(60)")
    ran = notebook.run("!timeout 1 mpiexec -n 2 python long.py")
    assert "Stopped after 1 s (--timeout 1): ranks 0 and 1 had not ended." in ran.text
    assert ran.output(1).startswith("begun\n")
    assert notebook.run("_exit_code").text == "1"


def test_under_autompirun_a_line_that_is_continued_runs_once(notebook, folder: Path):
    del folder
    assert notebook.run("%autompirun -n 2").status == "ok"
    try:
        ran = notebook.run("!mpiexec -n 1 \\\n    python say.py")
    finally:
        notebook.run("%autompirun off")
    assert ran.text == "[0] 1 [] None"


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("mpiexec -n 2 a.out 2>&1", "mpiexec -n 2 a.out"),
        ("A=1 B='2 3' mpirun a.out", "mpirun --env A=1 --env 'B=2 3' a.out"),
        ("env A=1 timeout 2h mpirun a.out", "mpirun --env A=1 --timeout 7200 a.out"),
        ("timeout 0 mpiexec a.out", "mpiexec a.out"),
        ("timeout -k 1 5 mpiexec a.out", None),
        ("env -i mpiexec a.out", None),
        ("time mpiexec a.out", None),
        ("A=1", None),
        ("mpiexec a.out 'x", None),
        ("mpiexec a.out `b`", None),
        ('mpiexec a.out "`b`"', None),
        ('mpiexec a.out "$(b)"', None),
        ("mpiexec a.out '$(b) ; | `c`'", "mpiexec a.out '$(b) ; | `c`'"),
        ("mpiexec a.out \\; \\| '' \"it's\"", "mpiexec a.out ';' '|' '' 'it'\"'\"'s'"),
        ("mpiexec a.out 2> b", None),
        ("mpiexec a.out {b,c}", "mpiexec a.out b c"),
        ("mpiexec a.out ${", None),
    ],
)
@pytest.mark.usefixtures("_bash")
def test_the_words_of_a_shell_line(command: str, line: str | None):
    assert shellwords.launch_line(command) == line
