"""Files: calls that all who have opened one make together, and requests."""

from __future__ import annotations

from mpi4py import MPI

from .methods import PLAIN
from .requests import Request
from .substitute import Substitute, substitute
from .together import collective, maker

COLLECTIVE = (
    "Close Set_size Preallocate Set_view Set_atomicity Sync Seek_shared "
    "Read_all Write_all Read_at_all Write_at_all Read_ordered Write_ordered "
    "Read_all_begin Read_all_end Write_all_begin Write_all_end "
    "Read_at_all_begin Read_at_all_end Write_at_all_begin Write_at_all_end "
    "Read_ordered_begin Read_ordered_end Write_ordered_begin Write_ordered_end"
).split()
STARTING = (
    "Iread Iwrite Iread_at Iwrite_at Iread_shared Iwrite_shared "
    "Iread_all Iwrite_all Iread_at_all Iwrite_at_all"
).split()


@substitute
class File(PLAIN["File"], metaclass=Substitute):
    pass


def requesting(kind: str, name: str):
    """A method that starts something: its request waits cooperatively."""
    plain = getattr(PLAIN[kind], name)

    def method(self, *arguments, **named):
        return Request(plain(self, *arguments, **named))

    return method


def methods() -> dict[str, dict]:
    """Methods of File by class and name."""
    made = {name: collective("File", name) for name in COLLECTIVE}
    made |= {name: requesting("File", name) for name in STARTING if hasattr(MPI.File, name)}
    made["Open"] = maker("File", "Open")
    return {"File": made}
