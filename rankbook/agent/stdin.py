"""``input()`` and ``getpass()`` on a rank: asked of the user through the kernel."""

from __future__ import annotations

import builtins
import getpass
from collections.abc import Callable

from IPython.core.error import StdinNotImplementedError

#: Asks the user: prompt, and whether the answer is a password.
Ask = Callable[[str, bool], str]


def _nobody() -> bool:
    return False


_allowed: Callable[[], bool] = _nobody


def can_ask() -> bool:
    """Whether the front end that runs the cell can ask the user."""
    return _allowed()


def install(ask: Ask, allowed: Callable[[], bool]) -> None:
    """Replace the two functions for the life of the process.

    ``allowed``: whether asking makes sense just now.
    """
    global _allowed
    _allowed = allowed

    def read_input(prompt: object = "") -> str:
        return ask(str(prompt), False)

    def read_password(prompt: str = "Password: ", *_stream: object, **_options: object) -> str:
        return ask(prompt, True)

    read_input.__doc__ = builtins.input.__doc__
    read_password.__doc__ = getpass.getpass.__doc__
    builtins.input = read_input
    getpass.getpass = read_password


def refuse() -> StdinNotImplementedError:
    """The error where the front end can not ask."""
    return StdinNotImplementedError(
        "input() was called, but this front end does not support input requests"
    )
