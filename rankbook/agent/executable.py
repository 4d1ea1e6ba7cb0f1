"""Ranks that become another program."""

from __future__ import annotations

import os
import signal

from . import streams
from .boot import Boot


def run_executable(boot: Boot, argv: list[str]) -> None:
    """Become another program, as a rank of the world. Returns only by raising."""
    out = streams.connect(boot, "stdout")
    err = streams.connect(boot, "stderr")
    streams.redirect(out, err)
    pmi = streams.connect_pmi(boot)
    if pmi is not None:
        pmi.set_inheritable(True)
    # Python ignores it, and a program inherits that.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvp(argv[0], argv)
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)
