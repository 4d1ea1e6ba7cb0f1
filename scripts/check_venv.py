"""Say what an environment lacks, as a few words on stdout; nothing when all is there.

``check_venv.py requirements FILE``: every pin of FILE is installed.
``check_venv.py project FOLDER``: the project in FOLDER is installed as editable.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path


def missing_requirement(file: Path) -> str:
    for line in file.read_text().splitlines():
        requirement, _, marker = line.partition(";")
        name, pinned, version = requirement.strip().partition("==")
        if not pinned or (marker and not _applies(marker.strip())):
            continue
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            return f"{name} {version} is missing"
        if found != version:
            return f"{name} is {found}, not {version}"
    return ""


def _applies(marker: str) -> bool:
    """Whether `marker` holds: one of two forms, since `packaging` may not be installed yet."""
    newer = sys.version_info >= (3, 11)
    forms = {'python_version >= "3.11"': newer, 'python_version < "3.11"': not newer}
    return forms[marker]


def missing_project(folder: Path) -> str:
    try:
        project = metadata.distribution("rankbook")
    except metadata.PackageNotFoundError:
        return "not installed"
    wanted = json.loads((folder / "package.json").read_text())["version"]
    if project.version != wanted:
        return f"version {project.version}, not {wanted}"
    source = json.loads(project.read_text("direct_url.json") or "{}")
    if source.get("url") != folder.as_uri() or not source.get("dir_info", {}).get("editable"):
        return "installed from elsewhere"
    return ""


CHECKS = {"requirements": missing_requirement, "project": missing_project}

if __name__ == "__main__":
    print(CHECKS[sys.argv[1]](Path(sys.argv[2])))
