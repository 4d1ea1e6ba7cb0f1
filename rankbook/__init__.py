"""Rankbook: MPI as a notebook language. The kernel itself is the bundle in ``rankbook/node``."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    # Looked up only when asked for: every kernel and every rank imports this package.
    if name == "__version__":
        from importlib.metadata import version

        return version("rankbook")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds the built extension, and under which name it installs it."""
    return [{"src": "labextension", "dest": "rankbook"}]
