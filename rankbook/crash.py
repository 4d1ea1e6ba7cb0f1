"""Where a rank was when C code made it crash: said by Python's fault handler into a file that
only the zygote and the rank know."""

from __future__ import annotations

import faulthandler
import os
import re

#: Bytes that are read of it.
_LIMIT = 1 << 16

#: A frame of a cell: as IPython names their code.
_CELL_FRAME = re.compile(r'File "(<ipython-input-[^"]*>)", line (\d+)')


class CrashFile:
    """One for each rank. It has no name, and ends with the processes that hold it."""

    def __init__(self) -> None:
        self.fd = os.memfd_create("rankbook-crash")

    def watch(self) -> None:
        """In the rank: have the frames of the main thread written when it crashes."""
        faulthandler.enable(self.fd, all_threads=False)

    def take_line(self) -> int | None:
        """Line of the running cell, 1 is its first one; None where nothing was written or
        the crash was outside of a cell. Closes the file."""
        text = os.pread(self.fd, _LIMIT, 0).decode(errors="replace")
        os.close(self.fd)
        # The innermost frame comes first, and the cell itself has the outermost one.
        frames = _CELL_FRAME.findall(text)
        return next((int(line) for cell, line in frames if cell == frames[-1][0]), None)
