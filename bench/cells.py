"""How long cells take: the first of a new world, small ones on a kept world, plain ones; start."""

from __future__ import annotations

from collections.abc import Iterator

from bench.launchers import mpich, source
from bench.notebook import Notebook
from bench.repeat import alternate
from bench.table import Row

IMPORTS = "import numpy as np\nfrom mpi4py import MPI\nrank = MPI.COMM_WORLD.rank\n"


def first() -> Iterator[Row]:
    """First cell of a new world, against the same program under mpiexec."""
    with Notebook("rankbook") as ours:
        for ranks, most in ((4, 0.5), (16, 0.4)):
            cell = f"%%mpirun -n {ranks}\n{source('hello')}"

            def new_world(cell: str = cell, ranks: int = ranks) -> float:
                ours.must("%world stop")
                done = ours.must(cell)
                missing = [
                    r for r in range(ranks) if f"rank {r} of {ranks}: {ranks}" not in done.text
                ]
                if missing:
                    raise AssertionError(f"ranks {missing} did not print: {done.text}")
                return done.seconds

            def program(ranks: int = ranks) -> float:
                return mpich("hello", ranks).seconds

            new_world()
            mine, peer = alternate(7, new_world, program)
            yield Row(
                f"first cell of a new world of {ranks} ranks / mpiexec", mine, peer, "s", most
            )


def kept() -> Iterator[Row]:
    """Small cells on a kept world of 4 ranks, against ipyparallel's %%px on 4 MPI engines."""
    with Notebook("rankbook") as ours, Notebook("python3") as peer:
        peer.must(
            "import ipyparallel as ipp\n"
            "cluster = ipp.Cluster(engines='mpi', n=4, log_level=40)\n"
            "client = cluster.start_and_connect_sync()\n"
            "view = client[:]\n"
            "view.block = True\n"
            "view.activate()"
        )
        try:
            ours.must(f"%%mpirun -n 4\n{IMPORTS}")
            peer.must(f"%%px\n{IMPORTS}")
            check_all_print(ours.must("%%mpirun -n 4\nprint('rank', rank)").text)
            check_all_print(peer.must("%%px\nprint('rank', rank)").text)
            for code in ("pass", "print(rank)"):
                sides = [
                    lambda code=code: ours.must(f"%%mpirun -n 4\n{code}").seconds,
                    lambda code=code: peer.must(f"%%px\n{code}").seconds,
                ]
                alternate(5, *sides)
                mine, theirs = alternate(60, *sides)
                yield Row(f"`{code}` on a kept world of 4 / %%px", mine, theirs, "s", 0.35)
        finally:
            peer.must("cluster.stop_cluster_sync()")


def check_all_print(text: str) -> None:
    """That a cell waited for the output of all four ranks: else its time says nothing."""
    missing = [rank for rank in range(4) if f"rank {rank}" not in text]
    if missing:
        raise AssertionError(f"ranks {missing} are not in the output: {text}")


def plain() -> Iterator[Row]:
    """A plain cell, against bare ipykernel."""
    with Notebook("rankbook") as ours, Notebook("python3") as peer:
        for what, code in (
            ("`x = 1`", "x = 1"),
            ("`print` of 100 lines", "print('line\\n' * 100)"),
        ):
            sides = [
                lambda code=code: ours.must(code).seconds,
                lambda code=code: peer.must(code).seconds,
            ]
            alternate(20, *sides)
            mine, theirs = alternate(300, *sides)
            yield Row(f"plain cell {what} / ipykernel", mine, theirs, "s", 1.15)


def start() -> Iterator[Row]:
    """From the start of the process to its answer to kernel_info."""

    def seconds(name: str) -> float:
        with Notebook(name) as notebook:
            return notebook.start_seconds

    seconds("rankbook")
    seconds("python3")
    mine, peer = alternate(9, lambda: seconds("rankbook"), lambda: seconds("python3"))
    yield Row("kernel start / ipykernel", mine, peer, "s", 1.6)
