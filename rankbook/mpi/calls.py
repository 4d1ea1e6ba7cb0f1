"""The table of MPI calls that the layer takes over: one row a method.

Everything else about a call follows from its row: the generated method (`generated`),
what is recorded about it (`record`) and what a rank that is blocked in it waits for
(`wait`). Signatures are mpi4py's; `ANY` and `TAG` stand for ANY_SOURCE and ANY_TAG.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Row:
    """One method of a communicator.

    `kind` is the CallKind of the trace. `inner` is mpi4py's non-blocking method that
    does the work. `data` says by which buffers is told how much data goes: parameters, or
    an expression of them and of the communicator's state `c`; the second where the first is
    IN_PLACE. `needed` says where a buffer may not be None:
    on `all` ranks, the `root` or the `others`. `received`: the receive buffer is told of too,
    as nobody compares it with what the others send. `own`: of the root, so is the buffer of
    its own part.
    """

    name: str
    kind: str
    signature: str = ""
    inner: str = ""
    on: str = "Comm"
    data: tuple[str, ...] = ()
    needed: tuple[tuple[str, str], ...] = ()
    buffer: bool = True
    nonblocking: bool = False
    persistent: bool = False
    synchronous: bool = False
    received: bool = False
    own: str = ""

    @property
    def arguments(self) -> str:
        """The parameters as they are passed on."""
        return ", ".join(part.split("=")[0].strip() for part in self.parameters)

    @property
    def parameters(self) -> list[str]:
        return [part.strip() for part in self.signature.split(",") if part.strip()]

    def has(self, parameter: str) -> bool:
        return any(part.split("=")[0] == parameter for part in self.parameters)


SEND = "buf, dest, tag=0"
RECV = "buf, source=ANY, tag=TAG"
PROBE = "source=ANY, tag=TAG, status=None"


def _sends() -> list[Row]:
    rows = []
    for mode in ("", "s", "r", "b"):
        name = f"{mode}send".capitalize()
        inner = f"I{mode}send"
        base = {"data": ("buf",), "needed": (("buf", "all"),), "synchronous": mode == "s"}
        rows += [
            Row(name, "send", SEND, inner, **base),
            Row(inner, "send", SEND, inner, nonblocking=True, **base),
            Row(
                f"{name}_init",
                "send",
                SEND,
                f"{name}_init",
                nonblocking=True,
                persistent=True,
                **base,
            ),
        ]
    for mode in ("", "s", "b"):
        base = {"buffer": False, "synchronous": mode == "s"}
        signature = "obj, dest, tag=0"
        rows += [
            Row(f"{mode}send", "send", signature, f"i{mode}send", **base),
            Row(f"i{mode}send", "send", signature, f"i{mode}send", nonblocking=True, **base),
        ]
    return rows


def _receives() -> list[Row]:
    base = {"data": ("buf",), "needed": (("buf", "all"),)}
    return [
        Row("Recv", "recv", f"{RECV}, status=None", "Irecv", **base),
        Row("Irecv", "recv", RECV, "Irecv", nonblocking=True, **base),
        Row("Recv_init", "recv", RECV, "Recv_init", nonblocking=True, persistent=True, **base),
        Row("recv", "recv", "buf=None, source=ANY, tag=TAG, status=None", buffer=False),
        Row(
            "irecv",
            "recv",
            "buf=None, source=ANY, tag=TAG",
            "irecv",
            nonblocking=True,
            buffer=False,
        ),
    ]


def _collective(
    name: str,
    signature: str = "",
    on: str = "Comm",
    data=(),
    needed=(),
    received: bool = False,
    own: str = "",
) -> list[Row]:
    """The three rows of a collective: blocking, non-blocking, persistent."""
    inner = f"I{name[0].lower()}{name[1:]}"
    common = {"on": on, "data": data, "needed": needed, "received": received, "own": own}
    init = ", ".join(part for part in (signature, "info=INFO_NULL") if part)
    return [
        Row(name, "collective", signature, inner, **common),
        Row(inner, "collective", signature, inner, nonblocking=True, **common),
        Row(
            f"{name}_init",
            "collective",
            init,
            f"{name}_init",
            nonblocking=True,
            persistent=True,
            **common,
        ),
    ]


def _collectives() -> list[Row]:
    both = "sendbuf, recvbuf"
    sent = ("sendbuf", "recvbuf")
    everyone = (("sendbuf", "all"), ("recvbuf", "all"))
    gathered = (("sendbuf", "all"), ("recvbuf", "root"))
    scattered = (("sendbuf", "root"), ("recvbuf", "all"))
    # Of the root the side that all others meet.
    collected = ("(recvbuf if root == c.rank else sendbuf)",)
    distributed = ("(sendbuf if root == c.rank else recvbuf)",)
    rows = [
        *_collective("Barrier"),
        *_collective("Bcast", "buf, root=0", data=("buf",), needed=(("buf", "all"),)),
        *_collective("Reduce", f"{both}, op=SUM, root=0", data=sent, needed=gathered),
        *_collective(
            "Reduce_scatter", f"{both}, recvcounts=None, op=SUM", data=sent, needed=everyone
        ),
    ]
    for name in ("Gather", "Gatherv"):
        rows += _collective(name, f"{both}, root=0", "Comm", collected, gathered, own="sendbuf")
    for name in ("Scatter", "Scatterv"):
        rows += _collective(name, f"{both}, root=0", "Comm", distributed, scattered, own="recvbuf")
    for name in ("Allgather", "Allgatherv", "Alltoall", "Alltoallv", "Alltoallw"):
        received = name != "Alltoallw"
        rows += _collective(name, both, data=sent, needed=everyone, received=received)
    for name in ("Allreduce", "Reduce_scatter_block"):
        rows += _collective(name, f"{both}, op=SUM", data=sent, needed=everyone)
    for name in ("Scan", "Exscan"):
        rows += _collective(name, f"{both}, op=SUM", "Intracomm", sent, everyone)
    for name in ("allgather", "allgatherv", "alltoall", "alltoallv", "alltoallw"):
        rows += _collective(f"Neighbor_{name}", both, "Topocomm", sent, everyone)
    return rows


#: Methods made by the templates of `methods`.
GENERATED: list[Row] = [
    *_sends(),
    *_receives(),
    *_collectives(),
    Row("Probe", "probe", PROBE, "Iprobe"),
    Row("Mprobe", "probe", PROBE, "Improbe"),
    Row("probe", "probe", PROBE, "iprobe", buffer=False),
    Row("mprobe", "probe", PROBE, "improbe", buffer=False),
    Row(
        "Sendrecv",
        "sendrecv",
        "sendbuf, dest, sendtag=0, recvbuf=None, source=ANY, recvtag=TAG, status=None",
        needed=(("sendbuf", "all"), ("recvbuf", "all")),
    ),
    Row(
        "Sendrecv_replace",
        "sendrecv",
        "buf, dest, sendtag=0, source=ANY, recvtag=TAG, status=None",
        "Isendrecv_replace",
        needed=(("buf", "all"),),
    ),
    Row(
        "sendrecv",
        "sendrecv",
        "sendobj, dest, sendtag=0, recvbuf=None, source=ANY, recvtag=TAG, status=None",
        buffer=False,
    ),
    Row(
        "Isendrecv",
        "sendrecv",
        "sendbuf, dest, sendtag=0, recvbuf=None, source=ANY, recvtag=TAG",
        "Isendrecv",
        nonblocking=True,
    ),
    Row(
        "Isendrecv_replace",
        "sendrecv",
        "buf, dest, sendtag=0, source=ANY, recvtag=TAG",
        "Isendrecv_replace",
        nonblocking=True,
    ),
    Row(
        "Psend_init",
        "send",
        "buf, partitions, dest, tag=0, info=INFO_NULL",
        "Psend_init",
        data=("buf",),
        nonblocking=True,
        persistent=True,
    ),
    Row(
        "Precv_init",
        "recv",
        "buf, partitions, source=ANY, tag=TAG, info=INFO_NULL",
        "Precv_init",
        data=("buf",),
        nonblocking=True,
        persistent=True,
    ),
]

#: Collectives of Python objects; `objects` has their bodies.
OBJECTS: list[Row] = [
    Row(name, "collective", signature, on=on, buffer=False)
    for name, signature, on in (
        ("barrier", "", "Comm"),
        ("bcast", "obj, root=0", "Comm"),
        ("gather", "sendobj, root=0", "Comm"),
        ("scatter", "sendobj, root=0", "Comm"),
        ("allgather", "sendobj", "Comm"),
        ("alltoall", "sendobj", "Comm"),
        ("reduce", "sendobj, op=SUM, root=0", "Comm"),
        ("allreduce", "sendobj, op=SUM", "Comm"),
        ("scan", "sendobj, op=SUM", "Intracomm"),
        ("exscan", "sendobj, op=SUM", "Intracomm"),
        ("neighbor_allgather", "sendobj", "Topocomm"),
        ("neighbor_alltoall", "sendobj", "Topocomm"),
    )
]

#: Methods that make a communicator, collective over the parent and without a
#: non-blocking form: all ranks meet in a cooperative barrier first.
CREATORS: list[Row] = [
    Row(name, "collective", on=on)
    for on, names in (
        ("Comm", "Dup Clone Dup_with_info Create Split Split_type"),
        ("Intracomm", "Create_cart Create_graph Create_dist_graph_adjacent Create_dist_graph"),
        ("Cartcomm", "Sub"),
        ("Intercomm", "Merge"),
    )
    for name in names.split()
]
