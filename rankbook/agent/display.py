"""Displays of a rank: the shell's publisher and display hook, over to the kernel."""

from __future__ import annotations

import base64
import json
import math
from typing import Any, Protocol

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

from .leaving import LeaveCell


class Sink(Protocol):
    """Where displays go: the cell (or program) that is running."""

    def display(
        self,
        output_type: str,
        data: dict[str, Any],
        metadata: dict[str, Any],
        display_id: str | None = None,
    ) -> None: ...

    def clear(self, wait: bool) -> None: ...


class RankDisplayPublisher(DisplayPublisher):
    """``display()``, ``update_display()`` and ``clear_output()`` on a rank."""

    sink: Sink | None = None

    def publish(
        self, data, metadata=None, *_deprecated, transient=None, update=False, **_other
    ) -> None:
        if self.sink is None:
            print(data.get("text/plain", ""))
            return
        self.sink.display(
            "update_display_data" if update else "display_data",
            data,
            metadata or {},
            (transient or {}).get("display_id"),
        )

    def clear_output(self, wait=False) -> None:
        if self.sink is not None:
            self.sink.clear(bool(wait))


class RankDisplayHook(DisplayHook):
    """The value of the last expression, as an ``execute_result``."""

    sink: Sink | None = None
    _bundle: tuple[dict[str, Any], dict[str, Any]] | None = None

    def __call__(self, result=None) -> None:
        if isinstance(result, LeaveCell):
            result()
        super().__call__(result)

    def write_output_prompt(self) -> None:
        """The front end shows ``Out[n]``."""

    def write_format_data(self, format_dict, md_dict=None) -> None:
        self._bundle = (format_dict, md_dict or {})

    def log_output(self, format_dict) -> None:
        """IPython keeps all displays for its history; a rank has none."""

    def finish_displayhook(self) -> None:
        bundle, self._bundle = self._bundle, None
        if bundle is not None and self.sink is not None:
            self.sink.display("execute_result", *bundle)
        super().finish_displayhook()


def encode_bundle(data: dict[str, Any], metadata: dict[str, Any]) -> bytes:
    """JSON of a MIME bundle. Bytes become base64, as Jupyter has images; what JSON does
    not know becomes its text, not a number null."""
    content = {"data": data, "metadata": metadata}
    try:
        return json.dumps(content, default=_encode, allow_nan=False).encode()
    except ValueError:
        return json.dumps(_without_nan(content), default=_encode).encode()


def _encode(value: object) -> object:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    return str(value)


def _without_nan(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value
