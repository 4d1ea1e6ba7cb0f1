"""Build hook of the wheel: have Node build what the wheel carries, and say where it goes.

From a checkout the bundle and the labextension are brought up to date first. A source
distribution carries them ready, so that installing from it needs no Node.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PRODUCTS = ["rankbook/node/dist/kernel.cjs", "rankbook/labextension/package.json"]


class NodeBuildHook(BuildHookInterface):
    """Runs before hatchling collects files, for the wheel and for the source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            # A link stands for the shared data there (scripts/python-env.mjs): a copy would go
            # stale, and pip would remove our own files through the link.
            return
        if self.target_name == "wheel":
            build_data["shared_data"].update(
                {
                    "rankbook/kernelspec": "share/jupyter/kernels/rankbook",
                    "rankbook/labextension": "share/jupyter/labextensions/rankbook",
                    "install.json": "share/jupyter/labextensions/rankbook/install.json",
                }
            )
        self._build()

    def _build(self) -> None:
        root = Path(self.root)
        if (root / "PKG-INFO").exists() and all((root / file).exists() for file in PRODUCTS):
            return
        if not (root / "node_modules").exists():
            subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=root, check=True)
        subprocess.run(["node", "scripts/build.mjs"], cwd=root, check=True)
