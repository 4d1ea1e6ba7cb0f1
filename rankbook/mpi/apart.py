"""Persistent collectives among other requests.

``Testall`` of MPICH 5.0 fails where one of them is active, ``Waitall`` does not; but it is by
tests that the layer waits. So they are tested each for itself.
"""

from __future__ import annotations

from mpi4py import MPI

from .methods import ENVIRONMENT, PLAIN

_Plain = PLAIN["Request"]

#: Until there is the first of them, mpi4py's own.
ENVIRONMENT.update(Testall=_Plain.Testall)


def set_apart(request):
    """Have this request, of a persistent collective, tested for itself. Returns it."""
    request._apart = True
    ENVIRONMENT.update(Testall=testall)
    return request


def testall_now(requests, statuses) -> bool:
    """As mpi4py's ``Testall``, whatever the requests are."""
    return ENVIRONMENT.shared["Testall"](requests, statuses)


def testall(requests, statuses) -> bool:
    """The same, where there are persistent collectives."""
    apart = [getattr(request, "_apart", False) for request in requests]
    if True not in apart:
        return _Plain.Testall(requests, statuses)
    # First those: of the others it is told but once that they are complete.
    if not all(_Plain.Test(r) for r, own in zip(requests, apart, strict=True) if own):
        return False
    told: list[MPI.Status] = []
    rest = [r for r, own in zip(requests, apart, strict=True) if not own]
    if not _Plain.Testall(rest, told):
        return False
    if statuses is not None:
        others = iter(told)
        statuses[: len(apart)] = [MPI.Status() if own else next(others) for own in apart]
    return True
