"""Modules of the user's whose files have changed since a rank has imported them.

Ranks live on, and with them the code of before: whoever has written the file anew looks for
the mistake there.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from dataclasses import dataclass
from itertools import islice
from types import ModuleType

from IPython.core.interactiveshell import InteractiveShell

CHANGED = (
    "{file} has changed since {{ranks}} imported it; they go on with the old code. %world restart "
    "gives new ranks, or in a cell on ranks: import importlib; importlib.reload({module})"
)

#: Code that nobody edits while a notebook is open, or that is ours.
_LIBRARIES = tuple(
    {
        path + os.sep
        for folder in (
            sysconfig.get_path("stdlib"),
            sysconfig.get_path("platstdlib"),
            *site.getsitepackages(),
            site.getusersitepackages(),
            os.path.dirname(os.path.dirname(__file__)),
        )
        for path in (folder, os.path.realpath(folder))
    }
)


@dataclass
class _Imported:
    module: ModuleType
    #: A new one after each reload.
    spec: object
    file: str
    #: Of the file, in nanoseconds, when it was imported or was last told to have changed.
    time: int | None


class UsersModules:
    """What the cells of a rank have imported from files of the user's."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._seen = len(sys.modules)
        self._own: dict[str, _Imported] = {}

    def changed(self) -> list[str]:
        """Look after a cell: a note for each file that has changed, once a change."""
        notes = []
        for name, known in list(self._own.items()):
            if sys.modules.get(name) is not known.module:
                del self._own[name]
                self._note(name)
            elif known.module.__spec__ is not known.spec:
                self._note(name)
            else:
                time = _time(known.file)
                if time not in (None, known.time):
                    known.time = time
                    if not self._reloads:
                        file = os.path.basename(known.file)
                        notes.append(CHANGED.format(file=file, module=name))
        count = len(sys.modules)
        if count != self._seen:
            # New ones stand at the end, unless others were taken out.
            for name in list(islice(sys.modules, self._seen if count > self._seen else 0, None)):
                self._note(name)
            self._seen = count
        return notes

    @property
    def _reloads(self) -> bool:
        """Whether `%autoreload` is at work, which changes modules where they are."""
        magics = self._shell.magics_manager.registry.get("AutoreloadMagics")
        return bool(getattr(getattr(magics, "_reloader", None), "enabled", False))

    def _note(self, name: str) -> None:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        spec = getattr(module, "__spec__", None)
        if module is None or spec is None or not isinstance(file, str):
            return
        # As it stands first: it is so for most, and the rest takes long for hundreds of them.
        if file.startswith(_LIBRARIES) or not file.endswith(".py"):
            return
        if not os.path.realpath(file).startswith(_LIBRARIES):
            file = os.path.abspath(file)
            self._own[name] = _Imported(module, spec, file, _time(file))


def _time(file: str) -> int | None:
    try:
        return os.stat(file).st_mtime_ns
    except OSError:
        return None
