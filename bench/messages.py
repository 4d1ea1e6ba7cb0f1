"""What messages cost on ranks: against the wheel's mpiexec, and Open MPI's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bench.launchers import mpich, openmpi, prepare_openmpi, source
from bench.notebook import Notebook
from bench.repeat import alternate
from bench.table import Row

MICROSECOND = 1e-6


def result(text: str) -> float:
    """The number that a program printed after RESULT."""
    found = re.search(r"RESULT ([-+.\deE]+)", text)
    if found is None:
        raise AssertionError(f"no RESULT in: {text[-1000:]}")
    return float(found[1])


def in_cell(notebook: Notebook, program: str, ranks: int, before: str = "") -> Callable[[], float]:
    """A program as a cell on the kept world of so many ranks, after some lines of its own."""
    cell = f"%%mpirun -n {ranks}\n{before}\n{source(program)}"
    return lambda: result(notebook.must(cell, timeout=300).text)


def recording(what: str) -> str:
    """Lines with which a cell sets what the MPI layer records, from there on."""
    begin = f"begin('bench', '{what}', False, sys._getframe().f_code.co_filename)"
    return f"import sys, rankbook.mpi\nrankbook.mpi.install().{begin}"


def under(launcher: Callable, program: str, ranks: int) -> Callable[[], float]:
    """A program under a launcher."""
    return lambda: result(launcher(program, ranks).text)


def oversubscribed() -> Iterator[Row]:
    """Ring, Barrier and Allreduce with more ranks than cores."""
    prepare_openmpi()
    names = {"ring": "a hop of a ring", "barrier": "Barrier", "allreduce": "Allreduce"}
    for ranks in (4, 8, 16):
        with Notebook("rankbook") as ours:
            for program, name in names.items():
                mine, plain, other = alternate(
                    3,
                    in_cell(ours, program, ranks),
                    under(mpich, program, ranks),
                    under(openmpi, program, ranks),
                )
                mine, plain, other = (value * MICROSECOND for value in (mine, plain, other))
                yield Row(f"{name}, {ranks} ranks / MPICH", mine, plain, "s", 1 / 50)
                yield Row(f"{name}, {ranks} ranks / Open MPI", mine, other, "s", 1)


def pair() -> Iterator[Row]:
    """Latency and bandwidth of two ranks, by what the MPI layer records."""
    limits = {"full": 0.5, "waits": 0.5, "off": 0.15}
    with Notebook("rankbook") as ours:
        sides = [in_cell(ours, "latency", 2, recording(what)) for what in limits]
        *layer, plain = alternate(5, *sides, under(mpich, "latency", 2))
        for (what, limit), value in zip(limits.items(), layer, strict=True):
            yield Row(
                f"8 B, 2 ranks, record {what}: more than plain mpi4py",
                (value - plain) * MICROSECOND,
                None,
                "s",
                limit * MICROSECOND,
                absolute=True,
                note=f"{value:.2f} us, plain {plain:.2f} us",
            )
        wide, plain_wide = alternate(
            5, in_cell(ours, "bandwidth", 2, recording("full")), under(mpich, "bandwidth", 2)
        )
        yield Row("1 MiB, 2 ranks / plain mpi4py", wide, plain_wide, "MB/s", at_least=0.97)


def jacobi() -> Iterator[Row]:
    """1000 steps of a halo exchange on 1000 x 1000."""
    with Notebook("rankbook") as ours:
        for ranks, most in ((2, 1.03), (4, 0.7)):
            mine, plain = alternate(
                5, in_cell(ours, "jacobi", ranks), under(mpich, "jacobi", ranks)
            )
            yield Row(f"Jacobi, {ranks} ranks / plain mpi4py", mine, plain, "s", most)
