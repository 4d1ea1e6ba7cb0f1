"""Who imports whom in the Python package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "rankbook"


def modules() -> dict[str, Path]:
    """Files of the package by their names as modules."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, names: set[str]) -> Iterator[str]:
    """Modules of the package that this one imports, also within its functions."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    nodes: list[ast.AST] = [ast.parse(path.read_text())]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, node.module or ""]).strip(".") if node.level else node.module
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield from [full] if full in names else [base] if base in names else []
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            nodes.extend(ast.iter_child_nodes(node))


def test_no_modules_import_each_other_in_a_circle() -> None:
    found = modules()
    names = set(found)
    graph = {name: set(imported(name, path, names)) - {name} for name, path in found.items()}
    assert sum(map(len, graph.values())) > 150
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("rankbook.mpi.wait") < order.index("rankbook.agent.agent")
