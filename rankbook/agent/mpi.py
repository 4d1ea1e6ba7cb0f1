"""MPI in a rank: initialise it, keep it alive between cells, end it."""

from __future__ import annotations

import os
from typing import Any

#: Set by the process manager for MPI_Init alone. A program that a rank starts must not see
#: it, or its MPI would take itself for the same rank.
_FOR_INIT = ("PMI_FD", "PMI_RANK", "PMI_SIZE")


def initialize() -> Any:
    """Initialise MPI and return the mpi4py module. Any thread may call MPI afterwards."""
    import mpi4py
    from mpi4py import MPI

    MPI.Init_thread(MPI.THREAD_MULTIPLE)
    # As programs find it under mpiexec.
    mpi4py.rc.initialize = True
    for name in _FOR_INIT:
        os.environ.pop(name, None)
    return MPI


def library(module: Any) -> str:
    """First line of the library's version text."""
    return module.Get_library_version().splitlines()[0].strip().rstrip("\x00")


def finalize(module: Any) -> None:
    """Finalize MPI unless the program has done so."""
    if module.Is_initialized() and not module.Is_finalized():
        module.Finalize()
