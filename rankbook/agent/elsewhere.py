"""Magics of the notebook that mean nothing on a rank: they say where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

#: Run here, they would run on ranks of ranks.
NOTEBOOKS_MAGICS = ("world", "mpirun", "autompirun")

#: They are about the kernel or the page, of which a rank has none.
KERNELS_MAGICS = ("autosave", "connect_info", "qtconsole")

#: They put text into a cell, of which a rank has none.
CELL_WRITERS = ("edit", "ed", "load", "loadpy", "recall", "rep")

#: They change the packages of a Python that all ranks share, and all ranks would at once.
INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")

#: First words of an installer's line that only look.
LOOKING = frozenset(
    ("", "--help", "-h", "--version", "-V", "list", "show", "freeze", "check", "info", "search")
)


def register(shell: InteractiveShell) -> None:
    """Have the notebook's line magics explain themselves in ``shell``."""
    for name in NOTEBOOKS_MAGICS + KERNELS_MAGICS:
        reason = "is for the notebook, not for a rank"
        shell.register_magic_function(_refusal(name, reason), "line", name)
    for name in CELL_WRITERS:
        reason = "puts text into a cell, of which a rank has none"
        shell.register_magic_function(_refusal(name, reason), "line", name)
    reason = "keeps variables in one place, into which all ranks would write at once"
    shell.register_magic_function(_refusal("store", reason), "line", "store")
    for name in INSTALLERS:
        plain = shell.find_line_magic(name)
        if plain is not None:
            shell.register_magic_function(_looking_only(name, plain), "line", name)


def _refusal(name: str, reason: str) -> Callable[[str], None]:
    def magic(_line: str) -> None:
        raise UsageError(f"%{name} {reason}: give it a cell of its own, without %%mpirun above it.")

    magic.__doc__ = f"%{name}: for a cell of its own, not for ranks."
    return magic


def _looking_only(name: str, plain: Callable[[str], None]) -> Callable[[str], None]:
    refuse = _refusal(name, "changes the Python that all ranks and the plain cells share")

    def magic(line: str) -> None:
        if next(iter(line.split()), "") in LOOKING:
            plain(line)
        else:
            refuse(line)

    magic.__doc__ = plain.__doc__
    return magic
