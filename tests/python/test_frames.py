"""Which frames of an error a rank shows."""

from __future__ import annotations

import builtins
import getpass
import traceback
from collections.abc import Callable

import pytest

from rankbook.agent import stdin
from rankbook.agent.frames import users_part


def _waits(_prompt: str, _password: bool) -> str:
    def interrupted() -> str:
        raise KeyboardInterrupt

    return interrupted()


@pytest.mark.parametrize("ask", [lambda: input("How many? "), lambda: getpass.getpass("Word: ")])
def test_a_question_that_is_interrupted_ends_at_the_line_that_asks(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[], str]
) -> None:
    monkeypatch.setattr(builtins, "input", builtins.input)
    monkeypatch.setattr(getpass, "getpass", getpass.getpass)
    stdin.install(_waits, lambda: True)
    with pytest.raises(KeyboardInterrupt) as caught:
        ask()
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-2:] == ["_waits", "interrupted"]
    shown = traceback.extract_tb(users_part(caught.value, caught.value.__traceback__))
    assert shown[-1].name == "<lambda>"
    assert shown[-1].filename == __file__
