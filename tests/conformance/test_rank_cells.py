"""Cells on ranks as whoever knows IPython, or `!mpiexec`, expects them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rankbook.plain import binding


def debugged(notebook, cell: str, *commands: str):
    """Run a cell whose debugger is given these commands."""
    request = notebook.start(cell, allow_stdin=True)
    for command in commands:
        asked = notebook.client.get_stdin_msg(timeout=20)
        assert "db" in asked["content"]["prompt"].lower()
        notebook.client.input(command)
    return notebook.finish(request)


@pytest.fixture
def looking_back(make_notebook) -> Iterator:
    """A kernel in which cells have run here and there."""
    notebook = make_notebook()
    for cell in ("%%mpirun -n 2\nx = 1\nprint(x)", "y = 2", "%%rank 1\nz = 3"):
        assert notebook.run(cell).status == "ok"
    return notebook


def test_the_history_of_a_rank_is_that_of_its_cells(looking_back):
    ran = looking_back.run("%%mpirun\n%history -n")
    assert ran.output(0) == "   1:\nx = 1\nprint(x)\n   4: %history -n\n"
    assert ran.output(1) == "   1:\nx = 1\nprint(x)\n   3: z = 3\n   4: %history -n\n"
    assert looking_back.run("%%rank 1\n%history -l 2").output(1) == "z = 3\n%history -n\n"
    assert looking_back.run("%%rank 1\n%history -g z = *").output(1).startswith("   3: z = 3\n")
    assert looking_back.run("%%rank 0\nIn[1]").text == "[0] 'x = 1\\nprint(x)'"
    assert looking_back.run("%%rank 0\n%rerun 1").output(0).endswith("=== Output: ===\n1\n")


@pytest.mark.parametrize(
    "cell",
    [
        "a = 5\nbreakpoint()\nprint('rest')",
        "def f():\n    a = 5\n    import pdb; pdb.set_trace()\n    print('rest')\nf()",
    ],
)
def test_leaving_the_debugger_ends_the_cell_quietly(notebook, cell):
    ran = debugged(notebook, f"%%mpirun -n 2 --ranks 0\n{cell}", "p a", "q")
    assert ran.status == "ok"
    assert ran.of("error") == []
    assert ran.text.startswith("Quit in the debugger: the rest of the cell has not run on rank 0.")
    assert ran.output(0).endswith("\n5\n")
    assert notebook.run("%%mpirun\n1").text == "[0] 1\n[1] 1"


def test_leaving_the_debugger_of_an_error_goes_on_with_the_cell(notebook):
    assert notebook.run("%%mpirun -n 2 --ranks 0\n1/0").status == "error"
    ran = debugged(notebook, "%%rank 0\n%debug\nprint('rest')", "p 5", "q")
    assert ran.status == "ok"
    assert ran.output(0).endswith("\n5\nrest\n")


def test_a_name_of_plain_cells_is_told_with_its_cell(notebook):
    assert notebook.run("%world stop").status == "ok"
    first = notebook.run("import numpy as np, os\nn = 100").reply["content"]["execution_count"]
    for name, statement in {"np": "import numpy as np", "n": "n = 100"}.items():
        ran = notebook.run(f"%%mpirun -n 2\nprint({name})")
        assert ran.status == "error"
        told = f'Hint: "{statement}" is in a plain cell, [{first}], so that ranks do not know it'
        assert told in ran.text
    assert "comm = MPI.COMM_WORLD" in notebook.run("%%mpirun\ncomm.rank").text
    assert "not what plain cells" in notebook.run("%%mpirun\nnowhere").text
    assert notebook.run("%%rank 0\nimport math").status == "ok"
    assert '"import math" is to run on every rank' in notebook.run("%%mpirun\nmath.pi").text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a = 1\na = n = 2", "a = n = 2"),
        ("from x import y, z as n", "from x import z as n"),
        ("import n.m", "import n.m"),
        ("try:\n    import n\nexcept ImportError:\n    n = None", "n = None"),
        ("def n(x):\n    return 1", "def n"),
        ("class n: pass", "class n"),
        ("for n in range(3): pass", "n = ..."),
        ("with open(f) as n:\n    pass", "n = ..."),
        (f"n = {list(range(100))}", "n = ..."),
        ("def f():\n    n = 1", None),
        ("print(n)", None),
        ("%%mpirun -n 2\nn = 1", None),
    ],
)
def test_the_statement_that_sets_a_name(source: str, text: str | None):
    assert binding(source, "n") == text


def test_python_is_this_one_wherever_jupyter_was_started(
    make_notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho another Python\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    notebook = make_notebook()
    code = "from mpi4py import MPI; print('size', MPI.COMM_WORLD.size)"
    said = "[0] size 2\n[1] size 2"
    assert notebook.run(f"!mpiexec -n 2 python -c {json.dumps(code)}").text == said
    assert notebook.run(f"%mpirun -n 2 /usr/bin/env python -c {json.dumps(code)}").text == said
    assert notebook.run("%%mpirun -n 1\n!python -c 'print(1)'").text == "[0] 1"


def test_magics_that_are_not_for_ranks_say_so(notebook):
    for line in ("%pip install nothing-of-that-name", "%edit", "%load f.py", "%world", "%store x"):
        ran = notebook.run(f"%%mpirun -n 2\n{line}")
        assert ran.status == "error"
        assert "give it a cell of its own, without %%mpirun above it" in ran.text, ran.text
    assert notebook.run("%%rank 0\n%pip --version").status == "ok"


def test_the_environment_of_plain_cells_is_inherited(make_notebook, tmp_path: Path):
    notebook = make_notebook()
    program = tmp_path / "told.py"
    program.write_text("import os\nprint([os.environ.get(name) for name in ('OWN', 'OTHER')])\n")
    assert notebook.run("%%mpirun -n 1 --world old\nimport os").status == "ok"
    notebook.run("%env OWN=a b\nimport os; os.environ['OTHER'] = 'ä'")
    told = "[0] ['a b', 'ä']"
    assert notebook.run(f"!mpiexec -n 1 python {program}").text == told
    assert notebook.run(f"for n in [1]:\n    %mpirun -n {{n}} {program}").text == told
    look = f"exec(open({str(program)!r}).read())"
    assert notebook.run(f"%%mpirun -n 1\n{look}").text == told
    given = notebook.run(f"%mpirun -n 1 --env OWN=c {program}").text
    assert given == "[0] ['c', 'ä']"
    # As in any process that was there before.
    assert notebook.run(f"%%mpirun --world old\n{look}").text == "[0] [None, None]"
    assert notebook.run("%world restart old").status == "ok"
    assert notebook.run(f"%%mpirun --world old\n{look}").text == told
    # Read when NumPy is loaded: the ranks come from a process that has not done so yet.
    notebook.run("%env OPENBLAS_NUM_THREADS=2")
    threads = "import os; os.environ['OPENBLAS_NUM_THREADS']"
    assert notebook.run(f"%%mpirun -n 1 --fresh\n{threads}").text == "[0] '2'"


def test_a_program_on_the_path_of_plain_cells_is_found(make_notebook, tmp_path: Path):
    notebook = make_notebook()
    program = tmp_path / "my-solver"
    program.write_text("#!/bin/sh\necho solved\n")
    program.chmod(0o755)
    assert (
        "no program my-solver" in notebook.run("!mpiexec -n 1 my-solver").of("error")[0]["evalue"]
    )
    notebook.run(f"import os; os.environ['PATH'] += ':{tmp_path}'")
    assert notebook.run("!mpiexec -n 1 my-solver").text == "[0] solved"


def test_argparse_in_a_cell_takes_its_defaults(notebook):
    parse = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--n', default=3)"
    ran = notebook.run(f"%%mpirun -n 2\n{parse}\np.parse_args().n")
    assert ran.text == "[0] 3\n[1] 3"


def test_a_module_that_has_changed_since_its_import_is_told_of(make_notebook, tmp_path: Path):
    notebook = make_notebook()
    notebook.run(f"%cd -q {tmp_path}")
    use = "%%mpirun -n 2\nimport helper\nhelper.value()"
    notebook.run("%%writefile helper.py\ndef value(): return 1")
    ran = notebook.run(use)
    assert ran.text == "[0] 1\n[1] 1"
    notebook.run("%%writefile helper.py\ndef value(): return 22")
    ran = notebook.run(use)
    assert ran.output(0) == ""
    assert ran.notices.startswith("helper.py has changed since ranks 0 and 1 imported it")
    assert ran.text.endswith("[0] 1\n[1] 1")
    # Once a change; and what is said to do helps.
    assert notebook.run(use).text == "[0] 1\n[1] 1"
    reload = "%%mpirun\nimport importlib; importlib.reload(helper)\nhelper.value()"
    assert notebook.run(reload).text == "[0] 22\n[1] 22"
    notebook.run("%%writefile helper.py\ndef value(): return 333")
    assert notebook.run(reload).text == "[0] 333\n[1] 333"
    assert notebook.run("%%mpirun\n%load_ext autoreload\n%autoreload 2").notices == ""
    notebook.run("%%writefile helper.py\ndef value(): return 4444")
    assert notebook.run(use).text == "[0] 4444\n[1] 4444"
    notebook.run("%%writefile helper.py\ndef value(): return 5")
    assert notebook.run("%world restart").status == "ok"
    assert notebook.run(use).text == "[0] 5\n[1] 5"


def test_mpi_in_a_plain_cell_is_told_to_be_one_process(make_notebook):
    notebook = make_notebook()
    assert notebook.run("from mpi4py import MPI").text == ""
    ran = notebook.run("print(MPI.COMM_WORLD.size)")
    assert ran.text.startswith("1\nHint: this is a plain cell")
    assert "%%mpirun -n 4" in ran.text
    # Once will do.
    assert notebook.run("print(MPI.COMM_WORLD.size)").text == "1"


def test_the_exit_code_of_a_shell_line_is_kept(notebook, tmp_path: Path):
    program = tmp_path / "end.py"
    program.write_text("import sys\nsys.exit(int(sys.argv[1]))\n")
    assert notebook.run(f"!mpiexec -n 2 python {program} 3").status == "error"
    assert notebook.run("_exit_code").text == "1"
    assert notebook.run(f"!mpiexec -n 2 python {program} 0").status == "ok"
    assert notebook.run("_exit_code").text == "0"


def test_a_program_knows_its_file_by_the_whole_name_as_in_python(notebook, tmp_path: Path):
    program = tmp_path / "again.py"
    program.write_text("import os\nos.chdir('/')\nprint(__file__)\n1 / 0\n")
    ran = notebook.run(f"%cd -q {tmp_path}\n%mpirun -n 1 again.py")
    assert ran.output(0).startswith(f"{program}\n")
    assert f'File "{program}", line 4' in ran.output(0)
    assert "again.py:4" in ran.notices


INITIALISES = """
from mpi4py import rc
rc.initialize = False
from mpi4py import MPI
MPI.Init()
assert MPI.Init_thread(MPI.THREAD_MULTIPLE) == MPI.Query_thread()
print(MPI.COMM_WORLD.allreduce(1))
MPI.Finalize()
"""


def test_programs_and_cells_may_initialise_mpi_where_they_have_said_so(notebook, tmp_path: Path):
    program = tmp_path / "init.py"
    program.write_text(INITIALISES)
    ran = notebook.run(f"%mpirun -n 2 {program}")
    assert ran.text == "[0] 2\n[1] 2"
    assert ran.model["notices"] == []
    for _ in range(2):
        ran = notebook.run(f"%%mpirun -n 2\n{INITIALISES}")
        assert ran.status == "ok", ran.text
    ran = notebook.run("%%mpirun -n 2 --fresh\nfrom mpi4py import MPI\nMPI.Init()")
    assert "Cannot call MPI_INIT" in ran.notices
    assert "leave this call out" in ran.notices


def test_arguments_in_braces_and_both_streams_of_a_shell_line(notebook, tmp_path: Path):
    program = tmp_path / "arguments.py"
    program.write_text("import sys\nprint(sys.argv[1:], file=sys.stderr)\n")
    ran = notebook.run(f"""!mpiexec -n 2 python {program} '{{"a": 1}}' 2>&1""")
    assert ran.text == "[0] ['{\"a\": 1}']\n[1] ['{\"a\": 1}']"


def test_a_name_of_ranks_is_told_to_a_plain_cell(make_notebook):
    notebook = make_notebook()
    [error] = notebook.run("total").of("error")
    assert "Hint" not in error["traceback"][-1]
    notebook.run("%%mpirun -n 2\ntotal = 5")
    ran = notebook.run("print(total)")
    [error] = ran.of("error")
    assert error["ename"] == "NameError"
    assert error["traceback"][-1].startswith("Hint: ranks know total, but this is a plain cell")
    assert ran.messages[-1]["content"] == {"execution_state": "idle"}
    assert notebook.run("%%rank 0\nprint(total)").text == "[0] 5"
    [error] = notebook.run("nowhere").of("error")
    assert "Hint" not in error["traceback"][-1]


def test_a_cell_of_one_line_may_be_a_magic_without_its_sign(notebook, tmp_path: Path):
    assert notebook.run(f"%%mpirun -n 2\ncd -q {tmp_path}").status == "ok"
    assert notebook.run("%%mpirun\npwd").text == f"[0] {str(tmp_path)!r}\n[1] {str(tmp_path)!r}"
    assert notebook.run("%%mpirun\npwd = 3").status == "ok"
    assert notebook.run("%%mpirun\npwd").text == "[0] 3\n[1] 3"
    assert notebook.run("%%mpirun\n1/0").output(0).count("----> 2 1/0") == 1


def test_a_name_of_another_world_is_told_with_its_cell(make_notebook):
    notebook = make_notebook()
    number = notebook.run("%%mpirun -n 2\ntotal = 5").reply["content"]["execution_count"]
    told = f"Hint: cell [{number}] has set total on the world of 2 ranks, and this is another one"
    assert told in notebook.run("%%mpirun -n 3\ntotal").notices
    told = f"Hint: cell [{number}] has set total before this world was started anew"
    assert told in notebook.run("%%mpirun -n 2 --fresh\ntotal").notices


AT_THE_END = """%%mpirun -n 2
import atexit
from mpi4py import MPI
comm = MPI.COMM_WORLD
open_file = open(f"{kind}-{{comm.rank}}.txt", "w")
_ = open_file.write("not closed")
_ = atexit.register(lambda: print("sum", comm.allreduce(1)))
_ = atexit.register(lambda: open(f"bye-{kind}-{{comm.rank}}.txt", "w").close())
"""


def test_ranks_end_as_programs_do(make_notebook, tmp_path: Path):
    notebook = make_notebook()
    assert notebook.run(f"%cd {tmp_path}").status == "ok"
    said = "[0] sum 2\n[1] sum 2"
    for kind, command in {"stop": "%world stop", "restart": "%world restart"}.items():
        assert notebook.run(AT_THE_END.format(kind=kind)).status == "ok"
        assert said in notebook.run(command).text
    assert notebook.run(AT_THE_END.format(kind="shutdown")).status == "ok"
    notebook.manager.shutdown_kernel()
    for kind in ("stop", "restart", "shutdown"):
        for rank in range(2):
            assert (tmp_path / f"{kind}-{rank}.txt").read_text() == "not closed"
            assert (tmp_path / f"bye-{kind}-{rank}.txt").exists()


def test_what_ranks_do_at_their_end_may_take_two_seconds(notebook):
    cell = "%%mpirun -n 2\nimport atexit, time\n_ = atexit.register(time.sleep, {})"
    assert notebook.run(cell.format(1)).status == "ok"
    assert "killed" not in notebook.run("%world stop 2").text
    assert notebook.run(cell.format("30")).status == "ok"
    ran = notebook.run("%world stop 2")
    assert "Ranks 0 and 1 were killed, after 2 s: what cells have registered" in ran.text
    assert notebook.run("%%mpirun -n 2\n1").text == "[0] 1\n[1] 1"


def test_tasks_that_a_cell_leaves_are_told_once_and_go_on_with_the_next_await(notebook):
    define = (
        "import asyncio\nasync def later(n):\n    await asyncio.sleep(0.2)\n    print('late', n)"
    )
    assert notebook.run(f"%%mpirun -n 2\n{define}").status == "ok"
    ran = notebook.run("%%mpirun\ntask = asyncio.create_task(later(1))\nawait asyncio.sleep(0)")
    assert ran.notices.startswith(
        "Not finished on ranks 0 and 1: later (asyncio). Tasks stand still"
    )
    assert notebook.run("%%mpirun\n1").notices == ""
    ran = notebook.run("%%mpirun\nawait task")
    assert (ran.output(1), ran.notices) == ("late 1\n", "")
    ran = notebook.run("%%mpirun\nawait asyncio.gather(later(2), later(3))")
    assert ran.output(0) == "late 2\nlate 3\n"
    assert ran.notices == ""
    ran = notebook.run("%%mpirun\nasyncio.create_task(later(5))")
    assert "no running event loop (line 2 of the cell)\nHint: on ranks an event loop" in ran.notices
