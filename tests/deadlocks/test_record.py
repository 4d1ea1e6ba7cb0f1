"""What the kernel tells a page that asks for the record of a run."""

from __future__ import annotations

from ..notebooks import Notebook

CELL = """\
%%mpirun -n 3
import time
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size
data, got = np.ones(5), np.empty(5)
request = comm.Irecv(got, source=(rank - 1) % size, tag=4)
comm.Send(data, dest=(rank + 1) % size, tag=4)
request.Wait()
if rank == 1:
    time.sleep(0.2)
comm.Allreduce(data, got)
"""


def record_of(notebook: Notebook, run: str) -> dict | None:
    """The answer to a page that asks for the record of a run."""
    notebook.send("shell", "comm_open", {"comm_id": "page", "target_name": "rankbook", "data": {}})
    notebook.send("shell", "comm_msg", {"comm_id": "page", "data": {"type": "record", "id": run}})
    messages = notebook.until(lambda m: m["content"].get("data", {}).get("type") == "record", 10)
    notebook.send("shell", "comm_close", {"comm_id": "page", "data": {}})
    assert messages[-1]["content"]["data"]["id"] == run
    return messages[-1]["content"]["data"]["record"]


def test_calls_messages_and_sums_of_a_run(notebook: Notebook) -> None:
    ran = notebook.run(CELL)
    assert ran.status == "ok", ran.text
    record = record_of(notebook, ran.model["id"])
    names = [name["name"] for name in record["names"]]
    for rank, calls in enumerate(record["ranks"]):
        assert [names[name] for name in calls["name"]] == ["Irecv", "Send", "Wait", "Allreduce"]
        assert calls["line"] == [9, 10, 11, 14]
        assert calls["peer"] == [(rank - 1) % 3, (rank + 1) % 3, -3, -3]
        assert calls["tag"] == [4, 4, -3, -3]
        assert calls["bytes"] == [40, 40, -3, 40]
        assert calls["index"][:3] == [-3, -3, -3]
        assert calls["left"] == calls["dropped"] == 0
        assert all(b <= e for b, e in zip(calls["begin"], calls["end"], strict=True))
    # One clock: nobody leaves the sum before the last has come to it.
    ends = [calls["end"][3] for calls in record["ranks"]]
    assert min(ends) >= record["ranks"][1]["begin"][3] >= 0.2
    assert len({calls["index"][3] for calls in record["ranks"]}) == 1
    messages = record["messages"]
    pairs = sorted(zip(messages["source"], messages["dest"], strict=True))
    assert pairs == [(0, 1), (1, 2), (2, 0)]
    for at, (source, dest) in enumerate(zip(messages["source"], messages["dest"], strict=True)):
        seqs = [record["ranks"][rank]["seq"] for rank in (source, dest, dest)]
        calls = [messages[part][at] for part in ("send", "recv", "done")]
        assert [seq.index(call) for seq, call in zip(seqs, calls, strict=True)] == [1, 0, 2]
    totals = record["totals"]
    assert totals["messages"] == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert totals["bytes"] == [[0, 40, 0], [0, 0, 40], [40, 0, 0]]
    assert totals["recorded"] == [4, 4, 4]
    assert totals["waiting"][0] > 0.15


def test_a_run_that_is_not_known(notebook: Notebook) -> None:
    assert record_of(notebook, "no such run") is None
