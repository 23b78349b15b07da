"""Prints docs/reference/fake-server-support.md, from the tables that the fake itself uses.

Run: python docs/_generate/fake_server_support.py > docs/reference/fake-server-support.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from influx_query import nodes
from influx_query.functions import MATH, Kind, available_functions
from influx_testing._engine.statements.executor import executed_statements
from influx_testing._flavors.registry import FLAVORS, Flavor
from influx_testing._flavors.settings import NAMES, Settings

__all__ = ["page", "statements"]

_SPELLED = {
    "DELETE SERIES": "DELETE",
    "GRANT ADMIN": "GRANT ALL PRIVILEGES",
    "REVOKE ADMIN": "REVOKE ALL PRIVILEGES",
    "SET PASSWORD USER": "SET PASSWORD",
    "SHOW GRANTS FOR USER": "SHOW GRANTS",
}
"""What is not called as its node is."""

FUNCTIONS = available_functions("1.6")
_TYPES = ("float", "integer", "string", "boolean")


def page() -> str:
    """The page as Markdown."""
    return "\n\n".join(_parts()) + "\n"


def _parts() -> Iterator[str]:
    yield "# What the fake server supports"
    yield (
        "`docs/_generate/fake_server_support.py` prints this page from the tables that the fake "
        "itself uses.\nThe fake refuses other requests: with status 501 and the reason if the real "
        "server supports them, and\notherwise with the status of the real server."
    )
    yield "## Functions of SELECT"
    yield _table(("function", "values it takes", "works on"), map(_function, _functions()))
    yield "## Mathematics"
    yield _table(
        ("function", "arguments"),
        ((f"`{name}`", str(FUNCTIONS[name].least)) for name in sorted(MATH)),
    )
    yield "## Statements"
    yield "\n".join(f"- `{name}`" for name in sorted(map(_name, statements())))
    yield "## Paths"
    for name, flavor in FLAVORS.items():
        yield f"### Flavor `{name}`"
        yield _paths(flavor)
    yield "## Settings"
    yield _table(("setting", "default"), _settings())


def _functions() -> list[str]:
    return sorted(FUNCTIONS.keys() - MATH)


def _function(name: str) -> tuple[str, str, str]:
    function = FUNCTIONS[name]
    kinds = [kind for kind in _TYPES if not function.types or kind in function.types]
    inside = {Kind.TRANSFORMATION: "points or buckets", Kind.PREDICTOR: "buckets"}
    return f"`{name}`", ", ".join(kinds), inside.get(function.kind, "points")


def statements() -> set[type[nodes.Statement]]:
    """The kinds of statements that are executed."""
    return set(executed_statements())


def _name(kind: type[nodes.Statement]) -> str:
    """`SHOW TAG KEYS` for ShowTagKeysStatement."""
    words = re.findall("[A-Z][a-z]*", kind.__name__.removesuffix("Statement"))
    text = " ".join(words).upper()
    return _SPELLED.get(text, text)


def _paths(flavor: Flavor) -> str:
    rows = [
        (f"`{path}`", ", ".join(sorted(methods))) for path, methods in sorted(flavor.routes.items())
    ]
    refused = ", ".join(f"`{path}`" for path in flavor.unsupported_prefixes)
    known = _table(("path", "methods"), rows)
    return f"Version {flavor.version}.\n\n{known}\n\nStatus 501: paths that begin with {refused}."


def _settings() -> Iterator[tuple[str, str]]:
    defaults = Settings()
    for name in sorted(NAMES):
        value = getattr(defaults, NAMES[name])
        yield f"`{name}`", f"`{_toml(value)}`"


def _toml(value: object) -> str:
    """A value as the configuration file spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(page())
