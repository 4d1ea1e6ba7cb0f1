"""What ranks see of MPI: mpi4py, over a thin layer.

Blocking calls wait cooperatively, can be interrupted, and are recorded. `install`
after MPI has been initialised and before user code imports anything of mpi4py.
"""

from __future__ import annotations

_layer = None


def install():
    """Put the layer into `mpi4py.MPI`; collective over COMM_WORLD. Returns the `Layer`.

    Once a process: later calls return the same layer.
    """
    global _layer
    if _layer is None:
        from .layer import Layer

        _layer = Layer()
    return _layer


def __getattr__(name: str):
    if name in ("Layer", "AbortRun"):
        from . import layer

        return getattr(layer, name)
    raise AttributeError(name)
