"""Sockets of a rank to the kernel: descriptors 1 and 2, so that text of C code, of subprocesses and
of a rank that dies is kept, and the way to the process manager."""

from __future__ import annotations

import ctypes
import os
import socket

from .boot import Boot

libc = ctypes.CDLL(None)

_IOLBF = 1


def connect(boot: Boot, kind: str) -> socket.socket:
    """Connect to the kernel's stream listener and say who this is."""
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect(boot.streams)
    stream.sendall(f"rankbook {boot.world} {boot.rank} {kind} {boot.token}\n".encode())
    return stream


def redirect(out: socket.socket, err: socket.socket) -> None:
    """Put the sockets in the place of descriptors 1 and 2, ``/dev/null`` in that of 0."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if null > 2:
        os.close(null)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)


def connect_pmi(boot: Boot) -> socket.socket | None:
    """Open the way to the process manager and name it in the environment for MPI_Init."""
    if not boot.pmi:
        return None
    pmi = connect(boot, "pmi")
    os.environ["PMI_FD"] = str(pmi.fileno())
    os.environ["PMI_RANK"] = str(boot.rank)
    os.environ["PMI_SIZE"] = str(boot.size)
    return pmi


def line_buffer_c_stdout() -> None:
    """Have C's stdout written line by line: it is no terminal, so C would keep 4 KiB back."""
    try:
        stdout = ctypes.c_void_p.in_dll(libc, "stdout")
        libc.setvbuf(stdout, None, _IOLBF, 0)
    except (ValueError, AttributeError):
        pass


def flush_c() -> None:
    """Write out what C code has printed."""
    libc.fflush(None)
