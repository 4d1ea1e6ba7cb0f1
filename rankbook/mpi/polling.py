"""Tests and probes in the user's own loops, where ranks share cores.

A loop such as `while not request.Test(): ...` would keep the core from the very rank
that it waits for. A test that finds nothing therefore gives way once.
"""

from __future__ import annotations

from .methods import PLAIN
from .wait import give_way

#: Methods, and how their result says that nothing has come.
PROBES = {"Iprobe": lambda found: not found, "iprobe": lambda found: not found}
TESTS = {
    "Test": lambda done: not done,
    "test": lambda done: not done[0],
}
TESTS_OF_SEVERAL = {
    "Testall": lambda done: not done,
    "testall": lambda done: not done[0],
    "Testany": lambda done: not done[1],
    "testany": lambda done: not done[1],
    "Testsome": lambda done: done is not None and not done,
    "testsome": lambda done: done[0] is not None and not done[0],
}


def polite(class_name: str, functions: dict) -> dict:
    """The named methods of a class, with what `functions` has of them, giving way."""
    kinds = PROBES if class_name == "Comm" else {**TESTS, **TESTS_OF_SEVERAL}
    made = {}
    for name, nothing in kinds.items():
        call = functions.get(name) or getattr(PLAIN[class_name], name)
        call = getattr(call, "__func__", call)
        if name in TESTS_OF_SEVERAL:
            of_class = name in functions
            made[name] = classmethod(_of_several(call, nothing, of_class, name))
        else:
            made[name] = _giving_way(call, nothing)
    return made


def _giving_way(call, nothing):
    def method(self, *args, **kwargs):
        result = call(self, *args, **kwargs)
        if nothing(result):
            give_way()
        return result

    return method


def _of_several(call, nothing, of_class: bool, name: str):
    plain = getattr(PLAIN["Request"], name)

    def method(cls, *args, **kwargs):
        result = call(cls, *args, **kwargs) if of_class else plain(*args, **kwargs)
        if nothing(result):
            give_way()
        return result

    return method
