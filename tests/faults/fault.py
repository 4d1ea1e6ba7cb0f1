"""What a row of the fault table is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .trial import Trial

Check = Callable[[Trial], None]


@dataclass(frozen=True)
class Fault:
    """A fault, in words for users, and the test of what is said of it."""

    name: str
    #: What Rankbook does.
    does: str
    #: What lives on, as a noun.
    kept: str
    check: Check
    #: It needs a kernel that no other test has used, and nobody will use after it.
    own_kernel: bool


@dataclass(frozen=True)
class Section:
    """A part of the table."""

    title: str
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self, name: str, *, does: str, kept: str, own_kernel: bool = False
    ) -> Callable[[Check], Check]:
        """Make the decorated function the check of a row."""

        def add(check: Check) -> Check:
            self.faults.append(Fault(name, does, kept, check, own_kernel))
            return check

        return add
