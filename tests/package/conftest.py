"""The wheel, built once, and clean environments with it and without Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SUPPORTED = ["3.10", "3.11", "3.12", "3.13"]


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and environment variables under which no Node is found."""

    folder: Path
    variables: dict[str, str]

    def run(self, *command: str, timeout: float = 120) -> str:
        """Run a program of the environment; its stdout and stderr. Fails on another code than 0."""
        program = self.folder / "bin" / command[0]
        done = subprocess.run(
            [program, *command[1:]],
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}"
        return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a release has it."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = out.glob("*.whl")
    return file


@pytest.fixture(scope="session")
def path_without_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """PATH, where a folder that holds Node is replaced by one with links to all but Node."""
    hidden = {"node", "nodejs", "npm", "npx"}
    folders = []
    for index, folder in enumerate(os.environ["PATH"].split(os.pathsep)):
        entries = os.listdir(folder) if os.path.isdir(folder) else []
        if hidden.isdisjoint(entries):
            folders.append(folder)
            continue
        mirror = tmp_path_factory.mktemp(f"path{index}")
        for name in set(entries) - hidden:
            (mirror / name).symlink_to(Path(folder) / name)
        folders.append(str(mirror))
    path = os.pathsep.join(folders)
    assert shutil.which("node", path=path) is None
    yield path
    for folder in folders:
        if Path(folder).is_relative_to(tmp_path_factory.getbasetemp()):
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def make_environment(wheel: Path, path_without_node: str, tmp_path_factory):
    """Makes an environment of an interpreter with the wheel and more packages in it."""
    made = []

    def make(python: str, *packages: str) -> Environment:
        folder = tmp_path_factory.mktemp("env")
        made.append(folder)
        subprocess.run([python, "-m", "venv", folder], check=True)
        variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "PYTHON", "RANKBOOK_NODE", "VIRTUAL_ENV"))
        }
        variables["PATH"] = f"{folder / 'bin'}{os.pathsep}{path_without_node}"
        # No configuration or kernel of the user may help or disturb.
        for name in ("HOME", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            variables[name] = str(folder / name.lower())
            Path(variables[name]).mkdir()
        install = [folder / "bin" / "python", "-m", "pip", "install", "-q", "--no-compile"]
        # The user's own pip settings still hold here.
        subprocess.run([*install, wheel, *packages], check=True, timeout=400)
        return Environment(folder, variables)

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


def _interpreters() -> dict[str, str]:
    """Supported Pythons on this machine by version: this one, those on PATH, those of pyenv."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    for version in SUPPORTED:
        pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        candidates = [shutil.which(f"python{version}"), *map(str, pyenv)]
        for candidate in filter(None, candidates):
            probe = [candidate, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
            done = subprocess.run(probe, capture_output=True, text=True, check=False)
            if done.stdout.strip() == version:
                found.setdefault(version, candidate)
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "other_python" in metafunc.fixturenames:
        pythons = _interpreters()
        pythons.pop(f"{sys.version_info[0]}.{sys.version_info[1]}")
        metafunc.parametrize("other_python", pythons.values(), ids=pythons.keys())
