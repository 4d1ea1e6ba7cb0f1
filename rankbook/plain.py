"""What plain cells have set: names, for the hint to a cell on ranks that does not find them
there, and the environment, which programs inherit as from a shell."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator

#: Characters of a statement that are quoted; a longer one is only named.
LIMIT = 60

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


#: The environment before the first cell.
_at_start: dict[str, str] = {}


class Json:
    """A value that is shown as JSON, whatever IPython does to text."""

    def __init__(self, value: object) -> None:
        self._text = json.dumps(value)

    def __repr__(self) -> str:
        return self._text


def remember() -> None:
    """From here on the environment is the user's."""
    _at_start.update(os.environ)


def changed() -> dict[str, str]:
    """Return the variables that have been set since, as far as they are one line of text."""
    return {
        key: value
        for key, value in os.environ.items()
        if _at_start.get(key) != value and f"{key}{value}".isprintable()
    }


def environment() -> Json:
    """Say the same as JSON."""
    return Json(changed())


def name(wanted: str) -> Json:
    """Say how plain cells have set a name: `IPlainName` in `kernel/runs/spec.ts`, or null."""
    from IPython.core.getipython import get_ipython

    ip = get_ipython()
    if wanted not in ip.user_ns:
        return Json(None)
    inputs = ip.history_manager.input_hist_parsed
    for number in range(len(inputs) - 1, 0, -1):
        text = binding(inputs[number], wanted)
        if text is not None:
            return Json({"cell": number, "text": text})
    return Json({"cell": None, "text": None})


def binding(source: str, wanted: str) -> str | None:
    """Return the last statement of a cell that sets a name, in short; None where none does."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        # A cell that ran on ranks, perhaps.
        return None
    found = None
    for statement in statements(tree.body):
        found = _binding(statement, wanted) or found
    return found


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements and those within them, but not what functions and classes do."""
    for statement in body:
        yield statement
        if not isinstance(statement, DEFINITIONS):
            for field in ("body", "orelse", "finalbody", "handlers"):
                yield from statements(getattr(statement, field, []))


def _binding(statement: ast.stmt, wanted: str) -> str | None:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return _imported(statement, wanted)
    if isinstance(statement, DEFINITIONS):
        kind = "class" if isinstance(statement, ast.ClassDef) else "def"
        return f"{kind} {wanted}" if statement.name == wanted else None
    if not any(_sets(target, wanted) for target in targets(statement)):
        return None
    text = ast.unparse(statement)
    return text if len(text) <= LIMIT and "\n" not in text else f"{wanted} = ..."


def _imported(statement: ast.Import | ast.ImportFrom, wanted: str) -> str | None:
    for alias in statement.names:
        if (alias.asname or alias.name.split(".")[0]) == wanted:
            statement.names = [alias]
            return ast.unparse(statement)
    return None


def targets(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield what a statement assigns to."""
    if isinstance(statement, ast.Assign):
        yield from statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        yield statement.target
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        yield from (item.optional_vars for item in statement.items if item.optional_vars)


def _sets(target: ast.expr, wanted: str) -> bool:
    return any(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == wanted
        for node in ast.walk(target)
    )
