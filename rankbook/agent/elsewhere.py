"""Magics of the notebook that mean nothing on a rank: they say where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

NOTEBOOKS_MAGICS = ("world", "mpirun", "autompirun")


def register(shell: InteractiveShell) -> None:
    """Have the notebook's line magics explain themselves in ``shell``."""
    for name in NOTEBOOKS_MAGICS:
        shell.register_magic_function(_refusal(name), "line", name)


def _refusal(name: str):
    def magic(_line: str) -> None:
        raise UsageError(
            f"%{name} is for the notebook, not for a rank: give it a cell of its own, "
            "without %%mpirun above it."
        )

    magic.__doc__ = f"Rankbook's %{name}: for a cell of its own, not for ranks."
    return magic
