"""The processes behind the notebook."""

from __future__ import annotations

import os
import signal
import time

from ..clock import here
from .fault import Section
from .processes import Process
from .trial import SIZE, SOON, Trial, cell, check_before

KERNEL = Section("The processes behind the notebook")

DELEGATE = "ipykernel_launcher"


def zygote(trial: Trial) -> Process:
    """The process that forks the ranks: the kernel's child that is not the plain cells'."""
    children = trial.family.children(trial.notebook.pid)
    [process] = [child for child in children if DELEGATE not in child.command]
    return process


@KERNEL.fault(
    "The process of the plain cells is killed",
    does="Starts it again; the cell that ran there, or the next one, says so",
    kept="Worlds with their variables; variables of plain cells are lost",
    own_kernel=True,
)
def delegate_killed(trial: Trial) -> None:
    book = trial.notebook
    trial.keep()
    os.kill(trial.family.one(DELEGATE).pid, signal.SIGKILL)
    time.sleep(0.5)
    ran = book.run("print('again')")
    assert ran.status == "ok"
    assert "The Python process of the plain cells has ended (killed by SIGKILL" in ran.text
    assert ran.text.endswith("again")
    assert trial.kept()
    ran = book.run("import os\nprint('before', flush=True)\nos.kill(os.getpid(), 9)")
    assert ran.status == "error"
    assert "The Python process of the plain cells has ended" in ran.of("error")[0]["evalue"]
    assert trial.kept()
    trial.check_goes_on()


@KERNEL.fault(
    "The process of the plain cells is killed while ranks run",
    does="The ranks run on",
    kept="Worlds with their variables; variables of plain cells are lost",
    own_kernel=True,
)
def delegate_killed_during_run(trial: Trial) -> None:
    trial.keep()
    with trial.running(cell("time.sleep(2); print('after')")) as run:
        os.kill(trial.family.one(DELEGATE).pid, signal.SIGKILL)
    assert run.ran.status == "ok"
    for rank in range(SIZE):
        assert run.ran.output(rank) == f"before {rank}\nafter\n"
    assert trial.kept()
    trial.check_goes_on()


@KERNEL.fault(
    "The process that starts ranks (the zygote) is killed, no cell running",
    does="The next cell starts it and a new world, and says why",
    kept="Plain cells and their variables",
)
def zygote_killed(trial: Trial) -> None:
    trial.keep()
    trial.notebook.run("plain = 'kept'")
    os.kill(zygote(trial).pid, signal.SIGKILL)
    time.sleep(0.5)
    assert not trial.kept()
    assert trial.notebook.run("print(plain)").text == "kept"


@KERNEL.fault(
    "The zygote is killed while ranks run",
    does="Its ranks end with it: the run fails and says so",
    kept="Plain cells and their variables, all output",
)
def zygote_killed_during_run(trial: Trial) -> None:
    trial.keep()
    with trial.running(cell("time.sleep(60)")) as run:
        os.kill(zygote(trial).pid, signal.SIGKILL)
    assert run.seconds < here(SOON)
    assert run.ran.status == "error"
    assert "the zygote" in run.ran.notices
    check_before(run.ran)
    assert not trial.kept()


@KERNEL.fault(
    "The kernel is killed (`kill -9`)",
    does="No process is left within 2 s, also none that ranks had started, and no file",
    kept="The notebook as last saved",
    own_kernel=True,
)
def kernel_killed(trial: Trial) -> None:
    body = (
        "for new in (False, True):\n"
        "    p = subprocess.Popen(['sleep', '1000'], start_new_session=new)\n"
        "print('started')\n"
        "while True:\n    pass"
    )
    trial.notebook.start(cell(body))
    end = time.monotonic() + 30
    while len([p for p in trial.family.members() if p.command == "sleep 1000"]) < 2 * SIZE:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert len(trial.family.members()) == 3 + 3 * SIZE
    os.kill(trial.notebook.pid, signal.SIGKILL)
    trial.check_gone()


@KERNEL.fault(
    "The kernel is shut down or restarted while ranks run",
    does="Everything ends; the run is shown as interrupted",
    kept="The notebook",
    own_kernel=True,
)
def shutdown(trial: Trial) -> None:
    with trial.running(cell("while True:\n    pass")) as run:
        trial.notebook.send("control", "shutdown_request", {"restart": False})
    check_before(run.ran)
    assert run.ran.model["state"] == "interrupted"
    trial.check_gone()
