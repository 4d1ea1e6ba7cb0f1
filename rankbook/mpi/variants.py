"""The variants of the layer's methods, and which of them the classes have.

A variant is all methods made for one way to run: recorded or not, sends synchronous or
not, ranks that share cores or not.
"""

from __future__ import annotations

from functools import cache

from . import communicator, messages, polling, requests
from .generated import generate
from .hotmeetings import hot_meetings
from .methods import PLAIN
from .substitute import BY_PLAIN, document

#: Functions by class name and method name.
Methods = dict[str, dict]

_current: Methods = {}


def prepare() -> None:
    """Make what nearly every run uses, and give it to the classes. Ranks that are forked
    afterwards have that done, and share its memory with each other."""
    for crowded in (False, True):
        use(True, False, crowded)


def use(recording: bool, strict: bool, crowded: bool) -> None:
    """Give the classes the methods of a variant. `strict`: standard sends are synchronous;
    `crowded`: there are more ranks than cores."""
    global _current
    made = variant(recording, strict, crowded)
    if made is _current:
        return
    for class_name, functions in made.items():
        current = _current.get(class_name, {})
        for name, function in functions.items():
            if current.get(name) is not function:
                setattr(_class(class_name), name, function)
    _delete(made)
    _current = made


def remove() -> None:
    """Leave the classes mpi4py's own methods."""
    global _current
    _delete({})
    _current = {}


def _delete(kept: Methods) -> None:
    for class_name, functions in _current.items():
        for name in functions:
            if name not in kept.get(class_name, {}):
                delattr(_class(class_name), name)


@cache
def variant(recording: bool, strict: bool, crowded: bool) -> Methods:
    """The methods, as mpi4py documents them."""
    made = generate(recording, strict, crowded)
    for more in (
        communicator.written_by_hand(recording),
        requests.methods(recording),
        messages.methods(),
    ):
        for class_name, functions in more.items():
            made.setdefault(class_name, {}).update(functions)
    if crowded:
        for class_name in ("Comm", "Request"):
            made[class_name] |= polling.polite(class_name, made[class_name])
        if recording:
            made["Comm"] |= hot_meetings(made["Comm"])
    for class_name, functions in made.items():
        _document(class_name, functions)
    return made


def _document(class_name: str, functions: dict) -> None:
    for name, function in functions.items():
        document(function, getattr(PLAIN[class_name], name))


def _class(name: str) -> type:
    return BY_PLAIN[PLAIN[name]]
