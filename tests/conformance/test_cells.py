"""Both kinds of cells in one notebook: real ranks, and the plain cells beside them."""

from __future__ import annotations

from pathlib import Path

HELLO = "%%mpirun -n 4\nfrom mpi4py import MPI\nprint('rank', MPI.COMM_WORLD.rank)"


def test_four_ranks_print(notebook):
    ran = notebook.run(HELLO)
    assert ran.status == "ok"
    assert ran.text == "\n".join(f"[{rank}] rank {rank}" for rank in range(4))


def test_numbers_and_history_agree(notebook):
    first = notebook.run("1").reply["content"]["execution_count"]
    cells = ["%%mpirun -n 4\npass", "'plain'", "%world list", "%%mpirun -n 4 --nonsense\n1", "2"]
    counts = []
    for cell in cells:
        ran = notebook.run(cell)
        [shown] = ran.of("execute_input")
        assert shown["code"] == cell
        assert shown["execution_count"] == ran.reply["content"]["execution_count"]
        counts.append(shown["execution_count"])
    assert counts == list(range(first + 1, first + 1 + len(cells)))
    ran = notebook.run(f"assert In[{first + 1}:-1] == {cells!r}, In[{first + 1}:-1]")
    assert ran.status == "ok"
    history = notebook.send(
        "shell",
        "history_request",
        {"hist_access_type": "tail", "n": 6, "raw": True, "output": False},
    )
    entries = notebook.reply(history)["content"]["history"]
    assert [source for _, _, source in entries[:5]] == cells
    assert [number for _, number, _ in entries[:5]] == counts


def test_an_error_aborts_both_kinds_of_cells(notebook):
    for failing in ("1/0", "%%mpirun -n 4\n1/0", "%%mpirun --nonsense\n1"):
        requests = [notebook.start(cell) for cell in (failing, HELLO, "1", HELLO)]
        replies = [notebook.reply(request)["content"] for request in requests]
        assert [reply["status"] for reply in replies] == ["error", *["aborted"] * 3], failing
        idle = notebook.until_idle(requests[-1])
        outputs = [m["msg_type"] for m in idle if m["parent_header"]["msg_id"] in requests[1:]]
        assert set(outputs) <= {"status"}
        assert notebook.run("1").status == "ok"


def test_an_error_aborts_nothing_where_the_client_says_so(notebook):
    for failing in ("1/0", "%%mpirun -n 4\n1/0"):
        requests = [notebook.start(c, stop_on_error=False) for c in (failing, "1", HELLO)]
        replies = [notebook.reply(request)["content"]["status"] for request in requests]
        assert replies == ["error", "ok", "ok"]
        notebook.until_idle(requests[-1])


def test_cells_run_in_order(notebook):
    order = ["a = 1", "%%mpirun -n 4\nb = 1", "a += 1", "%%mpirun -n 4\nb += 1", "a"]
    requests = [notebook.start(cell) for cell in order]
    messages = notebook.until_idle(requests[-1])
    idles = [
        m["parent_header"]["msg_id"]
        for m in messages
        if m["content"].get("execution_state") == "idle"
    ]
    assert idles == requests
    assert messages[-2]["content"]["data"]["text/plain"] == "2"


def test_silent_cells(notebook):
    before = notebook.run("0").reply["content"]["execution_count"]
    ran = notebook.run(HELLO, silent=True)
    assert ran.status == "ok"
    assert {m["msg_type"] for m in ran.messages} == {"status"}
    ran = notebook.run("%%mpirun -n 4\npass", store_history=False)
    assert ran.of("execute_input")[0]["execution_count"] == before + 1
    assert notebook.run("0").reply["content"]["execution_count"] == before + 1


def test_plain_cells_are_answered_without_a_pause(notebook):
    assert notebook.run("get_ipython().kernel._execute_sleep").text == "0.0"


def test_user_expressions_are_those_of_the_plain_cells(notebook):
    notebook.run("plain = 41")
    ran = notebook.run(HELLO, user_expressions={"a": "plain + 1", "b": "nonsense"})
    expressions = ran.reply["content"]["user_expressions"]
    assert expressions["a"]["data"]["text/plain"] == "42"
    assert expressions["b"]["ename"] == "NameError"


def test_requests_pass_while_ranks_run(notebook, tmp_path: Path):
    notebook.run(
        "seen = []\n"
        "def target(comm, message):\n"
        "    comm.on_msg(lambda m: seen.append(m) or comm.send({'n': len(seen)}))\n"
        "get_ipython().kernel.comm_manager.register_target('test', target)"
    )
    notebook.run("%%mpirun -n 4\npass")
    flag = tmp_path / "flag"
    wait = f"import os, time\nwhile not os.path.exists({str(flag)!r}): time.sleep(0.05)"
    cell = notebook.start(f"%%mpirun -n 4\n{wait}")
    notebook.until(lambda m: m["msg_type"] == "display_data")
    notebook.send("shell", "comm_open", {"comm_id": "c1", "target_name": "test", "data": {}})
    for _ in range(20):
        notebook.send("shell", "comm_msg", {"comm_id": "c1", "data": {}})
    request = notebook.send("shell", "complete_request", {"code": "zi", "cursor_pos": 2})
    assert "zip" in notebook.reply(request)["content"]["matches"]
    flag.touch()
    messages = notebook.until_idle(cell)
    answers = [m["content"]["data"]["n"] for m in messages if m["msg_type"] == "comm_msg"]
    assert answers == list(range(1, 21))
    assert len({m["header"]["session"] for m in messages}) == 1
    # Whatever else ended meanwhile, the last word is that the kernel is busy.
    states = [m for m in messages[:-1] if m["msg_type"] == "status"]
    assert any(m["content"]["execution_state"] == "idle" for m in states)
    assert states[-1]["content"]["execution_state"] == "busy"
    assert states[-1]["parent_header"]["msg_id"] == cell


def test_input_on_a_plain_cell_and_on_a_rank(notebook):
    rank_cell = (
        "%%mpirun -n 4\nfrom mpi4py import MPI\n"
        "if MPI.COMM_WORLD.rank == 2: print('got', input('name? '))"
    )
    for cell in ("print('got', input('name? '))", rank_cell):
        request = notebook.start(cell, allow_stdin=True)
        question = notebook.client.get_stdin_msg(timeout=30)
        assert question["msg_type"] == "input_request"
        assert question["parent_header"]["msg_id"] == request
        assert "name? " in question["content"]["prompt"]
        notebook.client.input("Ada")
        messages = notebook.until_idle(request)
        assert "got Ada" in str([m["content"] for m in messages])
        assert notebook.reply(request)["content"]["status"] == "ok"
    assert "2" in question["content"]["prompt"]
    assert notebook.run(rank_cell).status == "error"


def test_completion_in_the_body_of_a_rank_cell(notebook):
    notebook.run("name_of_notebook = 1")
    notebook.run("%%mpirun -n 4\nname_of_ranks = 1")
    code = "%%mpirun -n 4\nname_of_"
    position = {"code": code, "cursor_pos": len(code)}
    # A rank that does not answer at once, on a busy machine, is left out.
    for _ in range(20):
        request = notebook.send("shell", "complete_request", position)
        reply = notebook.reply(request)["content"]
        if len(reply["matches"]) > 1:
            break
    assert reply["matches"][:2] == ["name_of_ranks", "name_of_notebook"]
    assert code[reply["cursor_start"] : reply["cursor_end"]] == "name_of_"
    request = notebook.send(
        "shell", "inspect_request", {"code": code + "ranks", "cursor_pos": 20, "detail_level": 0}
    )
    assert "int" in notebook.reply(request)["content"]["data"]["text/plain"]


def test_our_magics_within_python(notebook, tmp_path: Path):
    program = tmp_path / "size.py"
    # In one write: lines of two ranks may mix in a plain pipe.
    program.write_text(
        "import sys\nfrom mpi4py import MPI\nsys.stdout.write(f'size {MPI.COMM_WORLD.size}\\n')\n"
    )
    ran = notebook.run(f"for n in 1, 2:\n    print('n', n)\n    %mpirun -n {{n}} {program}")
    assert ran.text.splitlines() == ["n 1", "[0] size 1", "n 2", "[0] size 2", "[1] size 2"]
    ran = notebook.run(f"%%time\n%mpirun -n 2 {program}")
    assert ran.text.startswith("[0] size 2\n[1] size 2\nCPU times")
    shell = f"def go(k):\n    !mpiexec --allow-run-as-root -n {{k}} python {program}\ngo(2)"
    ran = notebook.run(shell)
    assert ran.text.splitlines() == ["[0] size 2", "[1] size 2"]
    ran = notebook.run(f"!mpiexec --allow-run-as-root -n 2 python {program} | sort -u")
    assert ran.text.split() == ["size", "2"]
    ran = notebook.run(
        "try:\n    %mpirun -n 2 --nonsense x.py\nexcept Exception as e:\n    print(e)"
    )
    assert ran.text == "%mpirun has no option --nonsense."
    ran = notebook.run("if True:\n    %mpirun -n 2 /no/such/file.py")
    assert ran.status == "error"
    ran = notebook.run("get_ipython().run_cell_magic('mpirun', '-n 2', 'a = 5\\na')")
    assert ran.text.splitlines() == ["[0] 5", "[1] 5"]


def test_a_long_error_of_a_magic_within_python(notebook):
    fail = "raise ValueError('line\\n' * 30000)"
    ran = notebook.run(f"get_ipython().run_cell_magic('mpirun', '-n 2', {fail!r})")
    assert ran.status == "error"
    assert ran.reply["content"]["ename"] == "ValueError"
    assert notebook.run("1").text == "1"


def test_capture_keeps_what_ranks_show(notebook, tmp_path: Path):
    program = tmp_path / "hello.py"
    # In one write, as above: where Python does not buffer, print writes the line end by itself.
    program.write_text("import sys\nsys.stdout.write('hello\\n')\n")
    for below in ("%%mpirun -n 2\nprint('hello')", f"%mpirun -n 2 {program}"):
        ran = notebook.run(f"%%capture kept\n{below}")
        assert (ran.status, ran.text) == ("ok", "")
        ran = notebook.run("kept.show()")
        assert ran.text == "[0] hello\n[1] hello"
        assert ran.model["state"] == "done"
    # For whoever reads the text.
    ran = notebook.run(f"%%capture kept\n!mpiexec -n 2 python {program}")
    assert ran.text == ""
    assert notebook.run("print(kept.stdout.split())").text == "['hello', 'hello']"
    assert (
        "current"
        in notebook.run("%%capture kept\n%world\n").text + notebook.run("kept.show()").text
    )


def test_our_magics_are_listed_and_explain_themselves(notebook):
    listed = notebook.run("%lsmagic").text
    for name in ("%mpirun", "%autompirun", "%world", "%%mpirun", "%%rank", "%%ranks"):
        assert f" {name} " in f" {listed} ".replace("\n", " ")
    [page] = notebook.run("%%mpirun?").reply["content"]["payload"]
    assert "--fresh" in page["data"]["text/plain"]


def test_writing_a_file(notebook, tmp_path: Path):
    notebook.run(f"%cd -q {tmp_path}")
    path = tmp_path / "f.py"
    cell = "%%writefile {}f.py\nprint(1)\n"
    run_it = f"{path}  -  run it on ranks: %mpirun -n 4 f.py"
    assert notebook.run(cell.format("")).text == f"Writing f.py\n{run_it}"
    assert notebook.run(cell.format("")).text == f"Overwriting f.py\n{run_it}"
    assert notebook.run(cell.format("-a ")).text == f"Appending to f.py\n{run_it}"
    assert path.read_text() == "print(1)\nprint(1)\n"
    ran = notebook.run("%%writefile nowhere/f.py\nx")
    assert ran.reply["content"]["ename"] == "FileNotFoundError"
    assert notebook.run("%mpirun -n 2 f.py").text == "[0] 1\n[0] 1\n[1] 1\n[1] 1"


def test_a_subshell_runs_ranks_while_the_main_shell_is_busy(notebook):
    create = notebook.send("control", "create_subshell_request", {})
    subshell = notebook.reply(create, "control")["content"]["subshell_id"]
    main = notebook.start("import time; time.sleep(2)")
    request = notebook.start(HELLO, subshell_id=subshell)
    messages = notebook.until_idle(request)
    assert "rank 3" in str(messages)
    assert notebook.reply(request)["content"]["status"] == "ok"
    notebook.until_idle(main)
    assert notebook.reply(main)["content"]["status"] == "ok"
    delete = notebook.send("control", "delete_subshell_request", {"subshell_id": subshell})
    assert notebook.reply(delete, "control")["content"]["status"] == "ok"


def test_the_live_comm(notebook):
    notebook.send("shell", "comm_open", {"comm_id": "p", "target_name": "rankbook", "data": {}})
    told = notebook.until(lambda m: m["msg_type"] == "comm_msg")[-1]["content"]
    assert told == {"comm_id": "p", "data": {"type": "runs", "runs": []}}
    info = notebook.send("shell", "comm_info_request", {"target_name": "rankbook"})
    assert notebook.reply(info)["content"]["comms"] == {"p": {"target_name": "rankbook"}}
    other = notebook.send("shell", "comm_info_request", {"target_name": "other"})
    assert notebook.reply(other)["content"]["comms"] == {}
    request = notebook.start("%%mpirun -n 2\nimport time\nprint('live')\ntime.sleep(0.6)")
    told = [m["content"]["data"] for m in notebook.until_idle(request) if "comm_id" in m["content"]]
    text = "".join(d.get("text", "") for m in told for d in m.get("deltas", ()))
    assert text == "live\nlive\n"
    assert told[-1]["type"] == "end"
    run = told[-1]["id"]
    notebook.send("shell", "comm_msg", {"comm_id": "p", "data": {"type": "attach", "id": run}})
    told = notebook.until(lambda m: m["msg_type"] == "comm_msg")[-1]["content"]["data"]
    assert (told["type"], told["run"]["state"]) == ("snapshot", "done")
    notebook.send("shell", "comm_close", {"comm_id": "p", "data": {}})
    info = notebook.send("shell", "comm_info_request", {"target_name": "rankbook"})
    assert notebook.reply(info)["content"]["comms"] == {}


def test_plain_cells_on_ranks(notebook):
    assert notebook.run("%autompirun -n 2").status == "ok"
    assert notebook.run("'x'").text == "[0] 'x'\n[1] 'x'"
    assert notebook.run("%%local\n'x'").text == "'x'"
    assert notebook.run("%autompirun off").status == "ok"
    assert notebook.run("'x'").text == "'x'"


def test_a_rank_renders_the_traceback_of_an_error_once(notebook):
    count = """%%mpirun -n 4
made = []
plain = get_ipython().InteractiveTB.structured_traceback
def structured_traceback(*args, **kwargs):
    made.append(args[0].__name__)
    return plain(*args, **kwargs)
get_ipython().InteractiveTB.structured_traceback = structured_traceback"""
    assert notebook.run(count).status == "ok"
    assert notebook.run("%%mpirun -n 4\n1/0").status == "error"
    aborted = notebook.run("%%mpirun -n 4\nfrom mpi4py import MPI\nMPI.COMM_WORLD.Abort(3)")
    assert aborted.notices.startswith("Rank")
    assert [aborted.output(rank) for rank in range(4)] == [""] * 4
    made = notebook.run("%%mpirun -n 4\nprint(made)\nMPI.COMM_WORLD.Barrier()")
    assert [made.output(rank) for rank in range(4)] == ["['ZeroDivisionError']\n"] * 4


def test_an_error_of_several_ranks_names_them(notebook):
    ran = notebook.run("%%mpirun -n 4\nprint(nowhere)")
    [error] = ran.of("error")
    assert error["evalue"] == "ranks 0-3: name 'nowhere' is not defined"
    assert ran.reply["content"]["evalue"] == "[ranks 0-3] name 'nowhere' is not defined"
    assert "not what plain cells or other worlds have" in ran.text


def test_a_slip_in_the_name_of_a_magic_is_told(notebook):
    said = {"%%mpirn -n 4\n1": "%%mpirun", "%%rnak 0\n1": "%%rank", "x = %autompirn": "%autompirun"}
    for cell, meant in said.items():
        ran = notebook.run(cell)
        assert ran.status == "error"
        assert ran.text.endswith(f"not found.\nHint: did you mean {meant}?"), ran.text
    assert notebook.run("%%mpiexec -n 2\n1").text.endswith("Hint: did you mean %%mpirun?")
    assert notebook.run("%%MPIRUN -n 2\n1").text.endswith("Hint: did you mean %%mpirun?")
    assert notebook.run("%%px\n1").text.endswith("Hint: did you mean %%mpirun?")
    assert notebook.run("%%mpirun-n 2\n1").text.endswith("Hint: did you mean %%mpirun?")
    assert "Hint" not in notebook.run("%%nothing\n1").text
