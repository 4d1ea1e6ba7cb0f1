"""``npm run bench [-- NAME ...]``: measure, and print ours / peer / ratio with the target."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator

from bench import cells, flood, memory, messages, waiting
from bench.table import HEAD, Row, line

MEASUREMENTS: dict[str, Callable[[], Iterator[Row]]] = {
    "first": cells.first,
    "kept": cells.kept,
    "plain": cells.plain,
    "start": cells.start,
    "flood": flood.flood,
    "memory": memory.memory,
    "idle": memory.idle,
    "oversubscribed": messages.oversubscribed,
    "pair": messages.pair,
    "jacobi": messages.jacobi,
    "deadlock": waiting.deadlock,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="npm run bench --", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--list", action="store_true", help="print the names and end")
    options = parser.parse_args()
    if options.list:
        for name, measurement in MEASUREMENTS.items():
            print(f"{name:15}{(measurement.__doc__ or '').strip()}")
        return 0
    unknown = [name for name in options.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(line(HEAD), flush=True)
    missed = 0
    for name in options.names or MEASUREMENTS:
        missed += measure(name)
    print(f"load average at the end: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    return 1 if missed else 0


def measure(name: str) -> int:
    """Print the rows of one measurement. How many missed their target or could not be taken."""
    missed = 0
    started = time.monotonic()
    try:
        for row in MEASUREMENTS[name]():
            print(line(row.cells()), flush=True)
            missed += row.verdict == "MISSED"
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}", flush=True)
        missed += 1
    print(f"  ({name}: {time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
