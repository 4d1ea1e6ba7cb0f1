"""A client of our kernel: runs cells and keeps all that was published."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "rankbook" / "kernelspec" / "kernel.json"
RUN_MIME = "application/vnd.rankbook.run.v1+json"


def write_spec(jupyter_path: Path, name: str) -> None:
    """Install our kernelspec into a Jupyter path under a name."""
    folder = jupyter_path / "kernels" / name
    folder.mkdir(parents=True)
    spec = json.loads(SPEC.read_text())
    spec["argv"][0] = sys.executable
    (folder / "kernel.json").write_text(json.dumps(spec))


def unix_sockets() -> dict[str, str]:
    """Traits of the manager of a kernel over Unix sockets, which it removes in the end.

    TCP ports are chosen before the kernel binds them: one may be another's by then, where several
    parts of the tests start kernels.
    """
    return {"transport": "ipc", "ip": f"{tempfile.gettempdir()}/rankbook-test-{uuid4().hex}"}


def manager() -> KernelManager:
    """A manager of our kernel over Unix sockets."""
    return KernelManager(kernel_name="rankbook", **unix_sockets())


class Notebook:
    """A client of a kernel, which it ends at last."""

    def __init__(self, manager: KernelManager, session: Session | None = None) -> None:
        self.manager = manager
        self.client = manager.client(**({} if session is None else {"session": session}))
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def pid(self) -> int:
        """Process id of the kernel."""
        return self.manager.provisioner.pid

    def send(self, channel: str, msg_type: str, content: dict, **header: object) -> str:
        """Send a message; its id."""
        message = self.client.session.msg(msg_type, content)
        message["header"].update(header)
        getattr(self.client, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def start(self, code: str, **content: object) -> str:
        """Send a cell; the id of its request."""
        subshell = content.pop("subshell_id", None)
        header = {} if subshell is None else {"subshell_id": subshell}
        defaults = {
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        content = {"code": code, **defaults, **content}
        return self.send("shell", "execute_request", content, **header)

    def interrupt(self) -> None:
        """As the stop button does; returns when the kernel has answered."""
        request = self.send("control", "interrupt_request", {})
        self.reply(request, "control", 10)

    def reply(self, request: str, channel: str = "shell", timeout: float = 60) -> dict:
        """The reply to a request; others are dropped."""
        end = time.monotonic() + timeout
        while True:
            left = max(0.01, end - time.monotonic())
            message = getattr(self.client, f"{channel}_channel").get_msg(timeout=left)
            if message["parent_header"].get("msg_id") == request:
                return message

    def published(self, timeout: float = 60) -> dict:
        """The next message on IOPub."""
        return self.client.get_iopub_msg(timeout=timeout)

    def until_idle(self, request: str, timeout: float = 60) -> list[dict]:
        """All messages on IOPub, of any request, up to the idle status of this one."""
        return self.until(
            lambda message: (
                message["parent_header"].get("msg_id") == request
                and message["content"].get("execution_state") == "idle"
            ),
            timeout,
        )

    def until(self, accept: Callable[[dict], bool], timeout: float = 60) -> list[dict]:
        """All messages on IOPub up to the first that is accepted."""
        messages = []
        end = time.monotonic() + timeout
        while not messages or not accept(messages[-1]):
            messages.append(self.published(max(0.01, end - time.monotonic())))
        return messages

    def until_quiet(self, seconds: float) -> list[dict]:
        """All messages, of shell and IOPub, until none has come for so long."""
        messages = []
        channels = [self.client.shell_channel, self.client.iopub_channel]
        while True:
            ready = [channel for channel in channels if channel.socket.poll(seconds * 1000)]
            if not ready:
                return messages
            messages += [channel.get_msg() for channel in ready]

    def finish(self, request: str, timeout: float = 60, before: tuple[dict, ...] = ()) -> Ran:
        """Wait for the end of a cell; ``before``: what it had published already."""
        messages = [*before, *self.until_idle(request, timeout)]
        reply = self.reply(request, timeout=timeout)
        own = [m for m in messages if m["parent_header"].get("msg_id") == request]
        return Ran(reply, own)

    def run(self, code: str, timeout: float = 60, **content: object) -> Ran:
        """Run a cell to its end."""
        return self.finish(self.start(code, **content), timeout)

    def close(self) -> None:
        """Shut the kernel down."""
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()
        self.manager.cleanup_resources()


@dataclass
class Ran:
    """A cell that has run."""

    reply: dict
    messages: list[dict]

    @property
    def status(self) -> str:
        """Of the reply."""
        return self.reply["content"]["status"]

    def of(self, *types: str) -> list[dict]:
        """Contents of the messages of these types."""
        return [m["content"] for m in self.messages if m["msg_type"] in types]

    @property
    def text(self) -> str:
        """The text that a reader sees: streams, and the last form of each display.

        Pieces of one stream are one text, as in a front end: where a kernel divides it is
        a matter of time.
        """
        parts: dict[str, str] = {}
        key = stream = ""
        for number, content in enumerate(
            self.of("stream", "display_data", "update_display_data", "execute_result")
        ):
            if "text" in content:
                if content["name"] != stream:
                    key, stream = str(number), content["name"]
                parts[key] = parts.get(key, "") + content["text"]
            else:
                shown = content.get("transient", {}).get("display_id", str(number))
                stream = stream if shown in parts else ""
                parts[shown] = content["data"].get("text/plain", "")
        return "\n".join(part.rstrip("\n") for part in parts.values())

    @property
    def model(self) -> dict:
        """The run model in its last form."""
        displays = self.of("display_data", "update_display_data")
        return [d["data"][RUN_MIME] for d in displays if RUN_MIME in d["data"]][-1]

    @property
    def notices(self) -> str:
        """What Rankbook itself says of the run, a notice a line or more."""
        return "\n".join(notice["text"] for notice in self.model["notices"])

    def state(self, rank: int) -> str:
        """How the run ended on a rank."""
        return self._rank(rank)["state"]

    def output(self, rank: int, *types: str) -> str:
        """Text and tracebacks (``stream``, ``error``; default both) of a rank, without colours."""
        parts = []
        for output in self._rank(rank)["outputs"]:
            if output["output_type"] not in (types or ("stream", "error")):
                continue
            text = output.get("text")
            parts.append("\n".join(output["traceback"]) if text is None else "".join(text))
        return re.sub(r"\x1b\[[0-9;]*m", "", "".join(parts))

    def _rank(self, rank: int) -> dict:
        return next(each for each in self.model["ranks"] if each["rank"] == rank)
