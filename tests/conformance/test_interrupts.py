"""The stop button: what one interrupt ends, whatever runs where."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ..clock import here
from ..notebooks import RUN_MIME


def until_ranks_run(notebook, request: str) -> None:
    """A world that still is starting is stopped otherwise."""
    notebook.until(
        lambda m: (
            m["msg_type"] == "update_display_data"
            and m["parent_header"]["msg_id"] == request
            and m["content"]["data"][RUN_MIME]["state"] == "running"
        )
    )


def interrupted(notebook, *requests: str) -> dict[str, str | None]:
    """Interrupt once; the names of the errors with which these cells then end."""
    time.sleep(0.5)
    notebook.send("control", "interrupt_request", {})
    ends = {}
    while len(ends) < len(requests):
        message = notebook.client.shell_channel.get_msg(timeout=here(8))
        if message["parent_header"]["msg_id"] in requests:
            ends[message["parent_header"]["msg_id"]] = message["content"].get("ename")
    # Until then a cell is taken for one of those that are not to run after a failed one.
    idle = set()
    while not idle >= set(requests):
        message = notebook.published()
        if message["content"].get("execution_state") == "idle":
            idle.add(message["parent_header"]["msg_id"])
    return ends


@pytest.fixture
def subshell(notebook) -> Iterator[str]:
    """A second shell beside the main one."""
    create = notebook.send("control", "create_subshell_request", {})
    made = notebook.reply(create, "control")["content"]["subshell_id"]
    yield made
    delete = notebook.send("control", "delete_subshell_request", {"subshell_id": made})
    assert notebook.reply(delete, "control")["content"]["status"] == "ok"


def test_an_interrupt_goes_where_a_cell_runs(notebook):
    notebook.run("kept = 1")
    notebook.run("%%mpirun -n 4\nkept = 2")
    for cell in ("import time; time.sleep(30)", "%%mpirun -n 4\nimport time; time.sleep(30)"):
        request = notebook.start(cell)
        if cell.startswith("%%"):
            until_ranks_run(notebook, request)
        else:
            notebook.until(lambda m: m["msg_type"] == "execute_input")
        time.sleep(0.5)
        interrupt = notebook.send("control", "interrupt_request", {})
        assert notebook.reply(interrupt, "control")["content"]["status"] == "ok"
        reply = notebook.reply(request, timeout=here(5))["content"]
        assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
        notebook.until_idle(request)
    assert notebook.run("kept").text == "1"
    assert notebook.run("%%mpirun -n 4\nkept").text.splitlines()[0] == "[0] 2"


def test_an_interrupt_of_a_magic_within_python_stops_both(notebook):
    code = "for n in 2, 2, 2:\n    %mpirun -n {n} -m timeit -n 1 -r 1 'import time; time.sleep(30)'"
    request = notebook.start(code)
    until_ranks_run(notebook, request)
    time.sleep(0.5)
    notebook.send("control", "interrupt_request", {})
    reply = notebook.reply(request, timeout=here(8))["content"]
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    displays = [m for m in notebook.until_idle(request) if m["msg_type"] == "display_data"]
    assert displays == []


def test_an_interrupt_stops_all_that_runs_on_ranks(notebook, subshell):
    side = notebook.start(
        "%%mpirun -n 2 --world side\nimport time; time.sleep(30)", subshell_id=subshell
    )
    until_ranks_run(notebook, side)
    main = notebook.start("%mpirun -n {2} -m timeit -n 1 -r 1 'import time; time.sleep(30)'")
    until_ranks_run(notebook, main)
    ends = interrupted(notebook, side, main)
    assert ends == {side: "KeyboardInterrupt", main: "KeyboardInterrupt"}
    assert notebook.run("%world stop side").status == "ok"


def test_an_interrupt_stops_a_plain_cell_beside_ranks(notebook, subshell):
    notebook.run("%%mpirun -n 2\nkept = 2")
    main = notebook.start("import time; time.sleep(30)")
    side = notebook.start("%%mpirun -n 2\nimport time; time.sleep(30)", subshell_id=subshell)
    until_ranks_run(notebook, side)
    ends = interrupted(notebook, main, side)
    assert ends == {main: "KeyboardInterrupt", side: "KeyboardInterrupt"}
    # Told twice, ranks would have been killed.
    assert notebook.run("%%mpirun -n 2\nkept").text == "[0] 2\n[1] 2"


def test_an_interrupt_stops_what_a_widget_has_called_beside_ranks(notebook):
    notebook.run(
        "import time\n"
        "def target(comm, message):\n"
        "    print('called', flush=True)\n"
        "    time.sleep(30)\n"
        "get_ipython().kernel.comm_manager.register_target('slow', target)"
    )
    notebook.run("%%mpirun -n 2\nkept = 3")
    ranks = notebook.start("%%mpirun -n 2\nimport time; time.sleep(30)")
    until_ranks_run(notebook, ranks)
    notebook.send("shell", "comm_open", {"comm_id": "s", "target_name": "slow", "data": {}})
    notebook.until(lambda m: "called" in m["content"].get("text", ""))
    assert interrupted(notebook, ranks) == {ranks: "KeyboardInterrupt"}
    assert notebook.run("1 + 1", timeout=here(8)).text == "2"
    assert notebook.run("%%mpirun -n 2\nkept").text == "[0] 3\n[1] 3"
