"""Objects that C extensions make through mpi4py's C API come from the layer too.

`mpi4py.MPI.__pyx_capi__` holds a capsule for each C function; an extension takes the
pointer out of it when it is imported. The constructors of the classes that the layer has
in place of mpi4py's are replaced by ones that make the layer's objects.
"""

from __future__ import annotations

import ctypes

from mpi4py import MPI

from .substitute import substituted

#: Callbacks whose pointers C code holds.
_kept: list = []


def substitute_constructors() -> None:
    api = ctypes.pythonapi
    api.PyCapsule_GetName.restype = ctypes.c_char_p
    api.PyCapsule_GetName.argtypes = [ctypes.py_object]
    api.PyCapsule_GetPointer.restype = ctypes.c_void_p
    api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    api.PyCapsule_New.restype = ctypes.py_object
    api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    capsules = MPI.__pyx_capi__
    for kind in ("Comm", "Request", "Message", "Win", "File"):
        key = f"PyMPI{kind}_New"
        handle = ctypes.c_uint32 if MPI._sizeof(getattr(MPI, kind)) == 4 else ctypes.c_uint64
        signature = ctypes.PYFUNCTYPE(ctypes.py_object, handle)
        name = api.PyCapsule_GetName(capsules[key])
        plain = signature(api.PyCapsule_GetPointer(capsules[key], name))
        ours = signature(_maker(plain))
        _kept.extend((capsules[key], name, ours))
        pointer = ctypes.cast(ours, ctypes.c_void_p)
        capsules[key] = api.PyCapsule_New(pointer, name, None)


def _maker(plain):
    def make(handle):
        return substituted(plain(handle))

    return make
