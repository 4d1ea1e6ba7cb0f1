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
    """PSS of a rank at 8 ranks with mpi4py and numpy, against mpiexec."""
    with Notebook("rankbook") as ours:
        cell = f"%%mpirun -n 8\n{source('memory')}"
        mine, peer = alternate(
            3,
            lambda: result(ours.must(cell).text) / 1024,
            lambda: result(mpich("memory", 8).text) / 1024,
        )
        yield Row("own memory (PSS) of one of 8 ranks / mpiexec", mine, peer, "MB", 0.6)


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
