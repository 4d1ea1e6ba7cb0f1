"""Classes that stand in `mpi4py.MPI` in place of the plain ones."""

from __future__ import annotations

from .methods import PLAIN

#: Plain class by the class that stands for it.
SUBSTITUTED: dict[type, type] = {}


class Substitute(type):
    """Metaclass of classes that stand for a plain one of mpi4py."""

    def __instancecheck__(cls, instance):
        plain = SUBSTITUTED.get(cls)
        return type.__instancecheck__(cls, instance) or (
            plain is not None and isinstance(instance, plain)
        )

    def __subclasscheck__(cls, subclass):
        plain = SUBSTITUTED.get(cls)
        return type.__subclasscheck__(cls, subclass) or (
            plain is not None and issubclass(subclass, plain)
        )


def substitute(cls: type) -> type:
    """Make a class pass for the plain one of its name."""
    SUBSTITUTED[cls] = PLAIN[cls.__name__]
    cls.__module__ = 'mpi4py.MPI'
    cls.__doc__ = PLAIN[cls.__name__].__doc__
    return cls
