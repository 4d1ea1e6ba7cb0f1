"""What a rank costs while it waits: memory of its own, and processor time of an idle world."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil

from bench.launchers import mpich, source
from bench.messages import result
from bench.notebook import Notebook
from bench.repeat import alternate
from bench.table import Row


def memory() -> Iterator[Row]:
    """PSS of a rank at 8 ranks with mpi4py and numpy, against mpiexec.

    The kernel's fork server loads Matplotlib when it has nothing else to do, and all ranks
    made from then on share that: the usual case, as a user takes seconds to the first cell.
    """
    what = "own memory (PSS) of one of 8 ranks"
    cell = f"%%mpirun -n 8 --fresh\n{source('memory')}"
    plotting = f"%%mpirun -n 8 --fresh\nimport matplotlib.pyplot\n{source('memory')}"

    def ours(code: str) -> float:
        return result(notebook.must(code).text) / 1024

    def peer(program: str) -> float:
        return result(mpich(program, 8).text) / 1024

    with Notebook("rankbook") as notebook:
        # Before there was time for it.
        early = ours(cell)
        settle(psutil.Process(notebook.pid))
        late, theirs = alternate(3, lambda: ours(cell), lambda: peer("memory"))
        yield Row(f"{what}, right after the start / mpiexec", early, theirs, "MB", 0.6)
        # No bound: the peer's ranks have no Matplotlib.
        yield Row(f"{what}, Matplotlib at hand / mpiexec", late, theirs, "MB")
        late, theirs = alternate(3, lambda: ours(plotting), lambda: peer("memory_pyplot"))
        yield Row(f"{what}, it imports pyplot / mpiexec", late, theirs, "MB", 0.6)


def settle(kernel: psutil.Process, timeout: float = 60) -> None:
    """Wait until what the kernel has started has nothing more to do.

    Raises TimeoutError when it still works after `timeout` seconds.
    """
    end = time.monotonic() + timeout
    used = -1.0
    while time.monotonic() < end:
        now = sum(_cpu(process) for process in kernel.children(recursive=True))
        if now - used < 0.03 and used >= 0:
            return
        used = now
        time.sleep(1)
    raise TimeoutError(f"the kernel was not idle within {timeout} s")


def idle(seconds: float = 20) -> Iterator[Row]:
    """Processor time of a kept, idle world of 16 ranks, in percent of one core."""
    with Notebook("rankbook") as ours:
        kernel = psutil.Process(ours.pid)
        ours.must(f"%%mpirun -n 16\n{source('hello')}")
        time.sleep(2)
        family = {process.pid: process for process in kernel.children(recursive=True)}
        ranks = {p for p in family if _is_rank(family[p])}
        before = {pid: _cpu(process) for pid, process in family.items()}
        kernel_before = _cpu(kernel)
        time.sleep(seconds)
        used = {pid: _cpu(process) - before[pid] for pid, process in family.items()}
        percent = 100 / seconds
        world = percent * sum(used.values())
        note = f"{len(family)} processes below the kernel, {len(ranks)} of them ranks"
        yield Row("idle world of 16 ranks", world, None, "% of a core", 1, absolute=True, note=note)
        kernel_used = percent * (_cpu(kernel) - kernel_before)
        yield Row("  the kernel process meanwhile", kernel_used, None, "% of a core", absolute=True)


def _is_rank(process: psutil.Process) -> bool:
    parent = process.parent()
    return parent is not None and parent.cmdline() == process.cmdline()


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
