"""Reads the import graph of the project's sources, without importing any of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

__all__ = [
    "ROOT",
    "Distribution",
    "circles",
    "distributions",
    "imported_names",
    "python_files",
    "syntax_tree",
]

ROOT = Path(__file__).parents[1]

Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Distribution:
    """One member of the project: `packages/<name>`."""

    folder: Path

    @property
    def name(self) -> str:
        """The name it is installed by."""
        return self.folder.name

    @property
    def source(self) -> Path:
        """The folder that is put on the import path."""
        return self.folder / "src"

    @cached_property
    def modules(self) -> dict[str, Path]:
        """The files of its modules by their dotted names."""
        return {_dotted(path.relative_to(self.source)): path for path in _modules(self.source)}

    @cached_property
    def package(self) -> str:
        """The dotted name under which all its modules are: `influx_core`, `asphalt.influxdb`."""
        return min(self.modules, key=len)

    def imports(self, module: str) -> frozenset[str]:
        """The modules of this distribution that a module imports, now or when it is called."""
        found = (self._module_of(name) for name in imported_names(self.modules[module]))
        return frozenset(name for name in found if name is not None) - {module}

    @cached_property
    def module_graph(self) -> Graph:
        """Every module and what it imports."""
        return {module: self.imports(module) for module in self.modules}

    def part_graph(self) -> Graph:
        """Every part and the other parts that it imports from; see `part`."""
        graph: dict[str, set[str]] = {}
        for module, imported in self.module_graph.items():
            parts = {self.part(other) for other in imported}
            graph.setdefault(self.part(module), set()).update(parts)
        return {part: frozenset(others - {part}) for part, others in graph.items()}

    def part(self, module: str) -> str:
        """The folder directly below the package that a module is in, or the module itself."""
        rest = module.removeprefix(self.package).lstrip(".")
        return rest.partition(".")[0] or "__init__"

    def _module_of(self, name: str) -> str | None:
        """The module that a dotted name is, or is in."""
        while name:
            if name in self.modules:
                return name
            name = name.rpartition(".")[0]
        return None


def distributions() -> list[Distribution]:
    """The members of the project, sorted by name."""
    return [Distribution(path.parent) for path in sorted(ROOT.glob("packages/*/pyproject.toml"))]


def python_files(*folders: str) -> list[Path]:
    """The Python files below folders of the project, without environments and build results."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if not _foreign(path.relative_to(ROOT))]


@cache
def syntax_tree(path: Path) -> ast.Module:
    """The tree of a file; several rules look at it."""
    return ast.parse(path.read_text())


@cache
def imported_names(path: Path) -> tuple[str, ...]:
    """The dotted names that a file imports when it runs; not those for type checkers alone."""
    found: list[str] = []
    for node in _running(syntax_tree(path)):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


def circles(graph: Graph) -> list[list[str]]:
    """The groups of nodes that reach each other, each sorted: strongly connected components."""
    reached = {node: _reachable(graph, node) for node in graph}
    groups = {
        tuple(sorted(other for other in reached[node] if node in reached.get(other, ())))
        for node in graph
        if node in reached[node]
    }
    return [list(group) for group in sorted(groups)]


def _reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(graph.get(node, ()))
    return found


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree that are not below `if TYPE_CHECKING`."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _running(child)


def _modules(source: Path) -> Iterable[Path]:
    return (path for path in sorted(source.rglob("*.py")) if not _foreign(path.relative_to(source)))


def _dotted(path: Path) -> str:
    return ".".join(part for part in path.with_suffix("").parts if part != "__init__")


def _foreign(path: Path) -> bool:
    return any(part in {".venv", "build", "dist", "node_modules"} for part in path.parts)
