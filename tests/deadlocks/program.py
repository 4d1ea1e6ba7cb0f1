"""Small programs, each a cell, with what is to be said of them in comments at their top.

The first line of a file stands for the magic line, so that line numbers are the cell's:

    # -n 3                       options of %%mpirun
    # kind: tag                  what the explanation is to name, see EXPLAINED
    # stuck: 0,2-3 in line 12    ranks that wait for ever, and where
    # says: text                 what a remark is to contain
    # raises                     some rank fails
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "programs"

#: What the first line of an explanation looks like, by kind.
EXPLAINED = {
    "receives": r"ranks .* wait to receive, and nobody sends\.",
    "sends": r"ranks .* wait for their message to be received, and nobody receives\.",
    "tag": r"rank \d+ waits for tag \d+ from .*, but rank \d+ sent tag \d+",
    "source": r"rank \d+ waits for a message from (rank \d+|itself), but the one that came is",
    "destination": r"rank \d+ waits for a message from rank (\d+), but rank \1 sent it to rank",
    "communicator": r"rank \d+ waits for a message on \w+, but rank \d+ sent it on \w+",
    "collective-missing": r"ranks? .* waits? in \w+( on \w+)?, but ranks? ",
    "collective-other": r"ranks? .* calls? \w+ .*, but ranks? .* calls? ",
    "collective-root": r"\w+ (is called with different roots: root |on \w+ is called between )",
    "finished": r"ranks? .* waits? for .* (has|have) finished the cell",
    "raised": r"ranks? .* waits? for rank \d+, which raised [\w.]+ in line \d+",
    "exited": r"ranks? .* waits? for rank \d+, which left the cell by exit",
    "cycle": r"ranks .* wait for each other in a circle: ",
    "probe": r"ranks? .* waits? in [Mm]?[Pp]robe(,| for)",
    "self": r"ranks? .* waits? ((for a message|to be received) (from|by) (itself|them)|for a mess)",
    "leader": r"ranks? .* waits? in Create_intercomm for (each other with different tags|rank 2)",
    "window": r"ranks? .* waits? in (Start|Wait) on \w+ for .* to call (Post|Complete)",
    "lock": r"ranks? .* waits? in Lock(_all)? on \w+ for .* to call Unlock",
    "unstarted": r"ranks? .* waits? for .*, but (the request of \w+ in line \d+|rank 1) has not ",
    "mixed": r"ranks .* can not go on, for 2 reasons\.",
}


@dataclass
class Program:
    """A program and what is to be said of it."""

    path: Path
    options: str
    source: str
    kind: str | None = None
    #: Line of the cell, by rank that waits for ever.
    stuck: dict[int, int] = field(default_factory=dict)
    says: str | None = None
    raises: bool = False

    @property
    def size(self) -> int:
        """Number of ranks."""
        return int(re.search(r"-n (\d+)", self.options)[1])

    @property
    def cell(self) -> str:
        """The program as a cell."""
        return f"%%mpirun {self.options}\n{self.source}"


def ranks_of(text: str) -> list[int]:
    """The ranks in ``0,2-4``, ``1 and 2`` or ``0-3, 7 and 9``."""
    ranks = []
    for part in re.findall(r"\d+(?:-\d+)?", text):
        first, _, last = part.partition("-")
        ranks += range(int(first), int(last or first) + 1)
    return ranks


def read(path: Path) -> Program:
    """Read a program with the comments at its top."""
    first, _, source = path.read_text().partition("\n")
    program = Program(path, first.removeprefix("# "), source)
    for line in source.splitlines():
        if not line.startswith("# "):
            break
        name, _, value = line[2:].partition(": ")
        if name == "kind":
            program.kind = value
        elif name == "stuck":
            ranks, _, at = value.partition(" in line ")
            program.stuck |= dict.fromkeys(ranks_of(ranks), int(at))
        elif name == "says":
            program.says = value
        elif name == "raises":
            program.raises = True
    return program


def programs(folder: str) -> list[Program]:
    """All programs of a folder."""
    return [read(path) for path in sorted((FOLDER / folder).glob("*.py"))]


def rows_of(explanation: str) -> dict[int, set[str]]:
    """Places (``line 7``) that the rows of an explanation name, by rank."""
    places: dict[int, set[str]] = {}
    for row in explanation.splitlines():
        match = re.match(r"  ranks? ([\d, and-]+?)   +(line \d+)?", row)
        for rank in ranks_of(match[1]) if match else []:
            places.setdefault(rank, set()).add(match[2] or "")
    return places
