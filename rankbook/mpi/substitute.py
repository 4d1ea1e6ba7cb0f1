"""Classes that stand in `mpi4py.MPI` in place of the plain ones."""

from __future__ import annotations

import copyreg
import ctypes

from mpi4py import MPI

from .methods import PLAIN

#: Plain class by the class that stands for it.
SUBSTITUTED: dict[type, type] = {}
#: Constants of these classes, by name.
CONSTANTS: dict[str, object] = {}
#: The class that stands for each plain one.
BY_PLAIN: dict[type, type] = {}


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
    plain = PLAIN[cls.__name__]
    SUBSTITUTED[cls] = plain
    BY_PLAIN[plain] = cls
    cls.__module__ = "mpi4py.MPI"
    cls.__doc__ = plain.__doc__
    for name in ("fromhandle", "fromint", "f2py"):
        setattr(cls, name, classmethod(_maker(getattr(plain, name))))
    cls.__reduce__ = _reduce
    for name, value in vars(cls).items():
        function = getattr(value, "__func__", value)
        if callable(function) and hasattr(plain, name) and not name.startswith("__"):
            function.__name__ = name
            document(function, getattr(plain, name))
    copyreg.pickle(plain, _reduce_plain)
    return cls


def document(function, plain) -> None:
    """Let a method, or class method, show the signature and text of mpi4py's own."""
    function = getattr(function, "__func__", function)
    function.__doc__ = plain.__doc__
    function.__wrapped__ = getattr(plain, "__func__", plain)


def _maker(make):
    def method(_, handle):
        return substituted(make(handle))

    return method


def constant(name: str, instance) -> None:
    """Put a constant of a substituted class into `mpi4py.MPI`.

    It gets the flags of the one it stands for, which keep its handle from being changed.
    """
    original = getattr(MPI, name)
    CONSTANTS[name] = instance
    _by_original[id(original)] = instance
    _originals.append(original)
    size = MPI._sizeof(original)
    ctypes.memmove(MPI._addressof(instance) + size, MPI._addressof(original) + size, _FLAGS_SIZE)
    setattr(MPI, name, instance)


#: An object of mpi4py holds its handle and, next to it, an `unsigned` of flags (MPI.pxd).
_FLAGS_SIZE = ctypes.sizeof(ctypes.c_uint)


#: What stands for each constant of mpi4py, which lives as long as the process.
_by_original: dict[int, object] = {}
_originals: list = []


def _reduce(self):
    """As mpi4py pickles: constants by name, copies of them by class and constant."""
    for name, instance in CONSTANTS.items():
        if self is instance:
            return name
    for instance in CONSTANTS.values():
        if isinstance(self, _family(instance)) and self.handle == instance.handle:
            return copyreg.__newobj__, (type(self), instance)
    cls = type(self)
    raise ValueError(f"cannot serialize '{cls.__module__}.{cls.__name__}' instance")


def _family(instance) -> type:
    return next(cls for cls in _FAMILIES if isinstance(instance, cls))


_FAMILIES = tuple(PLAIN[name] for name in ("Comm", "Request", "Message", "Win", "File"))


def _reduce_plain(instance):
    """Plain objects are pickled as what stands for them."""
    return _reduce(substituted(instance))


def substituted(made):
    """What mpi4py has made, as an instance of the class that stands for its own."""
    cls = BY_PLAIN.get(type(made))
    if cls is None:
        return made
    constant = _by_original.get(id(made))
    return cls(made) if constant is None else constant


def set_handle(target, source) -> None:
    """Let one object of mpi4py stand for what another stands for."""
    ctypes.memmove(MPI._addressof(target), MPI._addressof(source), MPI._sizeof(source))
