"""What is recorded, in the words of src/protocol/trace.ts."""

import json
import os
from pathlib import Path

import pytest

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "trace-layer.json"

#: The cell whose record is kept as the fixture, for both sides' tests to read.
CELL = """
import numpy as np
data = np.arange(6.0)
if rank == 0:
    comm.Send(data, dest=1, tag=3)
    comm.send({'step': 1}, 1)
    request = comm.Isend([data, 2, MPI.DOUBLE], 1, 4)
    data[0] = 7
    request.Wait()
    comm.Ssend(data[:1], 1, 5)
else:
    got = np.zeros(10)
    status = MPI.Status()
    comm.Recv(got, source=MPI.ANY_SOURCE, tag=MPI.ANY_TAG, status=status)
    comm.recv(source=0)
    request = comm.Irecv(got, 0, 4)
    MPI.Request.Waitall([request])
    comm.Recv(np.zeros(1), 0, 5)
comm.Sendrecv(data[:2], 1 - rank, 1, np.zeros(2), 1 - rank, 1)
half = comm.Split(0, rank)
half.Allreduce(data, np.zeros(6), op=MPI.MAX)
comm.Reduce(data, np.zeros(6) if rank == 0 else None, root=0)
comm.Scatter(data if rank == 0 else None, np.zeros(3))
comm.Gatherv(data[:1 + rank], [np.zeros(3), [1, 2]] if rank == 0 else None)
comm.Allgatherv(data[:1 + rank], [np.zeros(3), [1, 2]])
comm.Allgather(MPI.IN_PLACE, np.zeros(4))
comm.bcast('x' if rank == 1 else None, root=1)
comm.allreduce([rank])
request = half.Ibarrier()
request.Wait()
message = comm.mprobe if rank == 1 else None
if rank == 0:
    comm.send('matched', 1, 8)
    comm.Send(data, MPI.PROC_NULL)
else:
    message = comm.mprobe(source=0, tag=8)
    message.recv()
window = MPI.Win.Allocate(8, comm=half)
window.Lock(1 - rank)
window.Unlock(1 - rank)
window.Lock_all()
window.Unlock_all()
window.Free()
try:
    comm.Gather(data, None, root=0) if rank == 0 else None
except Exception:
    pass
try:
    comm.Send(data, 5)
except MPI.Exception:
    pass
"""


def record(ranks, tmp_path, cell: str, *, number: int = 2, mode: str = "full", strict=False):
    """The drained record of each rank, after a cell with this source."""
    script = f"""
    import json
    source = {cell!r}
    layer.begin('run', {mode!r}, {strict}, '<cell>')
    exec(compile(source, '<cell>', 'exec'))
    notes = layer.end()
    payload, dropped = layer.drain()
    open({str(tmp_path)!r} + f'/{{rank}}.json', 'w').write(json.dumps([payload, dropped, notes]))
    """
    ranks(number, script)
    return [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in range(number)]


def timeless(payload: dict) -> dict:
    """Without what differs from run to run, after a look at it."""
    last = 0.0
    for call in payload["calls"]:
        assert last <= call["t0"] <= call["t1"] < 4e9
        last = call["t0"]
        call["t0"] = call["t1"] = 0
    first = payload["calls"][0]["seq"]
    for call in payload["calls"]:
        call["seq"] -= first
        if "error" in call:
            call["error"] = call["error"].split("\n")[0]
    return payload


def test_the_record_of_a_cell(ranks, tmp_path):
    found = record(ranks, tmp_path, CELL)
    assert [dropped for _, dropped, _ in found] == [0, 0]
    payloads = [timeless(payload) for payload, _, _ in found]
    if os.environ.get("UPDATE_FIXTURES"):
        FIXTURE.write_text(json.dumps({"cell": CELL, "ranks": payloads}, indent=1) + "\n")
    assert {"cell": CELL, "ranks": payloads} == json.loads(FIXTURE.read_text())


def calls_of(found, rank):
    return found[rank][0]["calls"]


def test_lines_are_those_of_the_cell(ranks, tmp_path):
    cell = "\n\ndef helper():\n    comm.Barrier()\n\nhelper()\ncomm.Barrier()\n"
    lines = [call["line"] for call in calls_of(record(ranks, tmp_path, cell), 0)]
    assert lines == [4, 7]


def test_code_of_another_file_is_shown_where_the_cell_calls_it(ranks, tmp_path):
    (tmp_path / "helper.py").write_text("def meet(comm):\n    comm.Barrier()\n")
    cell = f"sys.path.insert(0, {str(tmp_path)!r})\nimport helper\n\nhelper.meet(comm)\n"
    (call,) = calls_of(record(ranks, tmp_path, cell), 0)
    assert call["line"] == 4
    assert "file" not in call


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("try: comm.Bcast(None)\nexcept TypeError: pass", "none-buffer"),
        ("try: comm.Reduce(b'12345678', None)\nexcept Exception: pass", "none-buffer"),
        ("comm.allreduce([1])", "list-concat"),
        ("comm.reduce([1])", "list-concat"),
        ("comm.reduce([1, 2.5], op=MPI.SUM)", "list-concat"),
        (
            """
import numpy as np
a = np.zeros(9000)
r = comm.Irecv(np.zeros(9000), 1 - rank)
s = comm.Isend(a, 1 - rank)
a[3] = 1
MPI.Request.Waitall([r, s])
""",
            "buffer-changed:2",
        ),
    ],
)
def test_marks(ranks, tmp_path, cell, mark):
    calls = calls_of(record(ranks, tmp_path, cell), 0)
    assert [call["marks"] for call in calls if "marks" in call] == [[mark]]


def test_right_programs_get_no_marks(ranks, tmp_path):
    cell = """
import numpy as np
root = rank == 0
a = np.zeros(3)
comm.Reduce(a, a.copy() if root else None)
comm.Gather(a, np.zeros(6) if root else None)
comm.Scatter(np.zeros(6) if root else None, a)
comm.allreduce((1,))
comm.gather([1])
comm.allreduce(['a'], op=MPI.SUM)
comm.reduce([], op=MPI.SUM)
r = comm.Irecv(a, 1 - rank)
b = np.zeros(3)
s = comm.Isend(b, 1 - rank)
s.Wait()
r.Wait()
b[0] = 1
"""
    assert not [c for c in calls_of(record(ranks, tmp_path, cell), 0) if "marks" in c]


BETWEEN_GROUPS = """
import numpy as np
half = comm.Split(rank, 0)
other = half.Create_intercomm(0, comm, 1 - rank)
a = np.zeros(3)
if rank == 0:
    other.Reduce(None, a, root=MPI.ROOT)
    other.Bcast(a, root=MPI.ROOT)
    other.Gather(None, a, root=MPI.ROOT)
    other.Scatter(a, None, root=MPI.ROOT)
else:
    other.Reduce(a, None, root=0)
    other.Bcast(a, root=0)
    other.Gather(a, None, root=0)
    other.Scatter(None, a, root=0)
"""


def test_between_groups_a_rank_needs_not_every_buffer(ranks, tmp_path):
    for rank in range(2):
        calls = calls_of(record(ranks, tmp_path, BETWEEN_GROUPS), rank)
        assert not [call for call in calls if "marks" in call]


@pytest.mark.parametrize(
    "call",
    [
        "comm.Bcast(bytearray(8 if rank else 800))",
        "comm.bcast(None) if rank else comm.Bcast(bytearray(800))",
    ],
)
def test_a_collective_that_fails_after_it_has_begun(ranks, tmp_path, call):
    cell = f"try: {call}\nexcept MPI.Exception: print('raised')"
    (failed,) = calls_of(record(ranks, tmp_path, cell), 1)
    assert failed["marks"] == ["begun"]
    refused = "try: comm.Bcast(bytearray(8), root=7)\nexcept MPI.Exception: pass"
    (failed,) = calls_of(record(ranks, tmp_path, refused), 1)
    assert "marks" not in failed


def test_the_status_that_a_program_gives_is_told(ranks, tmp_path):
    cell = """
status = MPI.Status()
box = bytearray(9)
for give in ({'status': status}, {}):
    comm.Send(b'', 1 - rank)
    comm.Recv(box, 1 - rank, **give)
    request = comm.Irecv(box, 1 - rank)
    comm.Send(b'', 1 - rank)
    request.Wait(*give.values())
    request = comm.Irecv(box, 1 - rank)
    comm.Send(b'', 1 - rank)
    MPI.Request.Waitall([request], *([statuses] for statuses in give.values()))
    request = comm.Irecv(box, 1 - rank)
    comm.Send(b'', 1 - rank)
    MPI.Request.Waitany([request], *give.values())
    comm.Sendrecv(b'', 1 - rank, 0, box, 1 - rank, **give)
"""
    calls = calls_of(record(ranks, tmp_path, cell), 0)
    got = [call["recv"]["got"] for call in calls if call.get("recv", {}).get("got")]
    got += [got for call in calls for got in (call.get("got") or {}).values()]
    assert len(got) == 10
    assert sum(each.get("asked", False) for each in got) == 5


@pytest.mark.parametrize(
    ("counts", "beyond"),
    [
        ("[2, 2]", None),
        ("[2, 3]", [40, 32]),
        ("[2, 3], MPI.DOUBLE", [40, 32]),
        ("[2, 2], [0, 2], MPI.DOUBLE", None),
        ("[2, 2], [0, 3], MPI.DOUBLE", [40, 32]),
        ("[2, 1], [0, 3], MPI.DOUBLE", None),
        ("([2, 2], [0, 3])", [40, 32]),
    ],
)
def test_counts_that_reach_beyond_their_buffer(ranks, tmp_path, counts, beyond):
    cell = f"""
import numpy as np
whole = np.zeros(9)[:4]
comm.Scatterv([whole, {counts}] if rank == 0 else None, np.zeros(4)[:3])
comm.Alltoallv([np.zeros(9), [1, 1]], [whole, {counts}])
"""
    calls = calls_of(record(ranks, tmp_path, cell), 0)
    assert [call["collective"].get("beyond") for call in calls] == [beyond, beyond]


def test_waits_keeps_no_calls_and_off_nothing(ranks, tmp_path):
    cell = "comm.Barrier()\ncomm.allreduce(1)"
    for mode in ("off", "waits"):
        assert calls_of(record(ranks, tmp_path, cell, mode=mode), 0) == []


def test_memory_is_bounded_and_the_cut_is_said(ranks, tmp_path):
    cell = "for _ in range(50000): comm.Send(b'', MPI.PROC_NULL)"
    payload, dropped, _ = record(ranks, tmp_path, cell, number=1)[0]
    assert dropped == 40000
    assert len(payload["calls"]) == 5000


def test_many_ranks_keep_fewer_calls_each(ranks):
    script = """
    from rankbook.mpi.record import CAPACITY, CAPACITY_OF_ALL, Recorder
    assert layer.recorder.capacity == CAPACITY
    many = Recorder(64)
    for _ in range(CAPACITY):
        many.add(None)
    assert len(many.calls) == CAPACITY_OF_ALL // 64, len(many.calls)
    """
    ranks(1, script)


def test_only_calls_that_come_slowly_are_asked_for_while_the_cell_runs(ranks):
    script = """
    from types import SimpleNamespace
    from rankbook.mpi import record
    now = 100.0
    record.time = SimpleNamespace(perf_counter=lambda: now)
    recorder = layer.recorder
    recorder.begin(None, 0, True)
    number = recorder.capacity // 2 + 1
    for _ in range(number):
        recorder.add(None)
    print(recorder.filling)
    now += 1.1 * number / record.FASTEST
    print(recorder.filling)
    """
    assert ranks(1, script).split() == ["False", "True"]


@pytest.mark.parametrize("mode", ["full", "waits"])
@pytest.mark.parametrize(
    "refused",
    [
        "comm.Bcast(data, root=9)",
        "comm.Allreduce(data, np.zeros(3))",
        "comm.Iallreduce(data, np.zeros(3))",
        "comm.Allreduce_init(data, np.zeros(3))",
        "comm.bcast(lambda: 1)",
        "comm.bcast(1, root=9)",
        "comm.scatter([1], root=0)",
        "comm.allreduce(lambda: 1)",
    ],
)
def test_what_mpi_refuses_does_not_count(ranks, tmp_path, refused, mode):
    cell = f"""
import numpy as np
data = np.ones(2)
comm.Barrier()
state = comm._c
before = state.collectives, state.sequence
if rank == 0:
    try:
        {refused}
    except Exception:
        assert (state.collectives, state.sequence) == before
    else:
        raise AssertionError
assert comm.allreduce(1) == 2
comm.Barrier()
"""
    found = record(ranks, tmp_path, cell, mode=mode)
    if mode == "full" and "_init" not in refused:
        (failed,) = [call for call in calls_of(found, 0) if "error" in call]
        assert failed["collective"]["index"] == calls_of(found, 0)[2]["collective"]["index"]
    counted = [[c["collective"]["index"] for c in calls_of(found, r)[-2:]] for r in (0, 1)]
    assert counted[0] == counted[1]


def test_persistent_requests_are_new_with_each_start(ranks, tmp_path):
    cell = (
        "a, b = bytearray(4), bytearray(4)\nr = comm.Recv_init(a, 1 - rank)\n"
        "s = comm.Send_init(b, 1 - rank)\n"
        "for _ in range(2):\n    MPI.Prequest.Startall([r, s])\n    MPI.Request.Waitall([r, s])\n"
    )
    receive, send, *calls = calls_of(record(ranks, tmp_path, cell), 0)
    assert [receive["name"], send["name"]] == ["Recv_init", "Send_init"]
    assert [call["name"] for call in calls] == ["Start", "Start", "Waitall"] * 2
    assert calls[2]["completed"] == [calls[0]["request"], calls[1]["request"]]
    assert calls[5]["completed"] == [calls[3]["request"], calls[4]["request"]]
    assert calls[0]["recv"]["peer"] == 1
    assert calls[1]["send"]["bytes"] == 4
    for made, what, starts in ((receive, "recv", calls[::3]), (send, "send", calls[1::3])):
        assert made["kind"] == "other"
        assert not {"send", "recv", "request"} & made.keys()
        assert made["prepared"].items() >= {"what": what, "peer": 1, "bytes": 4}.items()
        assert [start["starts"] for start in starts] == [made["prepared"]["id"]] * 2


def test_persistent_collectives_tell_how_often_they_are_started(ranks, tmp_path):
    cell = (
        "comm.Barrier()\nr = comm.Bcast_init(bytearray(4))\n"
        "for _ in range(2):\n    r.Start()\n    r.Wait()\n"
    )
    _, made, *calls = calls_of(record(ranks, tmp_path, cell), 0)
    assert made["collective"]["index"] == 1
    assert [call["name"] for call in calls] == ["Start", "Wait"] * 2
    told = [(start["starts"]["index"], start["starts"]["round"]) for start in calls[::2]]
    assert told == [(1, 1), (1, 2)]


def test_requests_given_back_or_tested(ranks, tmp_path):
    cell = (
        "a = bytearray(4)\nr = comm.Irecv(a, 1 - rank)\ns = comm.Isend(b'1234', 1 - rank)\n"
        "while not r.Test(): pass\ns.Free()\n"
    )
    calls = calls_of(record(ranks, tmp_path, cell), 0)
    assert [call["name"] for call in calls] == ["Irecv", "Isend", "Test", "Free"]
    assert calls[2]["completed"] == [1]
    assert calls[2]["got"]["1"] == {"peer": 1, "tag": 0, "bytes": 4}
    assert calls[3]["requests"] == [2]


def test_strict_makes_standard_sends_synchronous(ranks, tmp_path):
    cell = (
        "import time\n"
        "if rank == 0: comm.Send(b'1', 1); comm.send(2, 1)\n"
        "else: time.sleep(0.3); comm.Recv(bytearray(1)); time.sleep(0.3); comm.recv()\n"
    )
    found = record(ranks, tmp_path, cell, strict=True)
    sends, receives = calls_of(found, 0), calls_of(found, 1)
    assert [call["name"] for call in sends] == ["Send", "send"]
    assert all(call["send"]["synchronous"] for call in sends)
    for sent, received in zip(sends, receives, strict=True):
        assert sent["t1"] > received["t0"]


def test_names_of_communicators(ranks, tmp_path):
    cell = (
        "row = comm.Split(rank % 2)\nrow.Barrier()\nnamed = comm.Dup()\nnamed.Set_name('ring')\n"
        "named.Barrier()\nMPI.COMM_SELF.Barrier()\n"
    )
    found = record(ranks, tmp_path, cell, number=3)
    by_rank = [{c["name"]: c for c in payload["comms"]} for payload, _, _ in found]
    assert set(by_rank[0]) == {"COMM_WORLD", "row", "ring", "COMM_SELF"}
    assert by_rank[0]["row"]["id"] == by_rank[2]["row"]["id"] != by_rank[1]["row"]["id"]
    assert by_rank[0]["row"]["members"] == [0, 2]
    assert by_rank[0]["ring"]["id"] == by_rank[1]["ring"]["id"]
    assert by_rank[1]["COMM_SELF"] == {"id": "self:1", "members": [1], "name": "COMM_SELF"}
