"""Our kernelspec in a temporary Jupyter path, and a client that drives the kernel."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "rankbook" / "kernelspec" / "kernel.json"


def write_spec(jupyter_path: Path, name: str) -> None:
    """Install our kernelspec into a Jupyter path under a name."""
    folder = jupyter_path / "kernels" / name
    folder.mkdir(parents=True)
    spec = json.loads(SPEC.read_text())
    spec["argv"][0] = sys.executable
    (folder / "kernel.json").write_text(json.dumps(spec))


@pytest.fixture(scope="session")
def overlay_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Jupyter path in which ``python3`` is our kernel."""
    path = tmp_path_factory.mktemp("overlay")
    write_spec(path, "python3")
    return path


@pytest.fixture(scope="session", autouse=True)
def jupyter_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Jupyter path of these tests: ``rankbook`` is our kernel. Removed at the end."""
    path = tmp_path_factory.mktemp("jupyter")
    write_spec(path, "rankbook")
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(path)
    yield path
    if before is None:
        del os.environ["JUPYTER_PATH"]
    else:
        os.environ["JUPYTER_PATH"] = before
    shutil.rmtree(path, ignore_errors=True)


class Notebook:
    """A client of a kernel: runs cells and keeps all that was published."""

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

    def run(self, code: str, timeout: float = 60, **content: object) -> Ran:
        """Run a cell to its end."""
        request = self.start(code, **content)
        messages = self.until_idle(request, timeout)
        reply = self.reply(request, timeout=timeout)
        own = [m for m in messages if m["parent_header"].get("msg_id") == request]
        return Ran(reply, own)

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
        """The text that a reader sees: streams, and the last form of each display."""
        parts: dict[str, str] = {}
        for number, content in enumerate(
            self.of("stream", "display_data", "update_display_data", "execute_result")
        ):
            key = content.get("transient", {}).get("display_id", str(number))
            parts[key] = content.get("text") or content["data"].get("text/plain", "")
        return "\n".join(part.rstrip("\n") for part in parts.values())


@pytest.fixture
def make_notebook() -> Iterator[Callable[..., Notebook]]:
    """Start kernels; they are shut down at the end of the test."""
    started = []

    def make(arguments: list[str] | None = None, **options: object) -> Notebook:
        manager = KernelManager(kernel_name="rankbook", **options)
        manager.start_kernel(extra_arguments=arguments or [])
        started.append(Notebook(manager))
        return started[-1]

    yield make
    for notebook in started:
        notebook.close()


@pytest.fixture(scope="module")
def notebook() -> Iterator[Notebook]:
    """One kernel for the tests of a module that leave it well."""
    manager = KernelManager(kernel_name="rankbook")
    manager.start_kernel()
    notebook = Notebook(manager)
    yield notebook
    notebook.close()
