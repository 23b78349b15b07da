"""Writes the InfluxQL reference pages, from the syntax tree's classes and the table of functions.

Run: python docs/_generate/influxql.py docs/reference
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Final

from influx_query import nodes
from influx_query.functions import FUNCTIONS, Function, Kind

__all__ = ["PAGES", "example", "statement_classes", "write_pages"]

_HEAD: Final = (
    "<!-- Written by `python docs/_generate/influxql.py docs/reference`; change the docstrings "
    "and tables instead. -->"
)


def statement_classes() -> list[type[nodes.Statement]]:
    """Return the classes of all statements, in the order of their names."""
    return [
        kind
        for _, kind in inspect.getmembers(nodes, inspect.isclass)
        if issubclass(kind, nodes.Statement) and kind.__name__.endswith("Statement")
        if kind is not nodes.Statement
    ]


def example(kind: type[nodes.Statement]) -> str:
    """Return the example in the docstring of a statement's class, on one line."""
    _, _, text = (inspect.getdoc(kind) or "").partition("\nExample:\n")
    return " ".join(text.split())


def statements_page() -> str:
    """Return the page about statements."""
    entries = map(_statement, statement_classes())
    return "\n\n".join([f"{_HEAD}\n\n# InfluxQL: statements", *entries]) + "\n"


def _statement(kind: type[nodes.Statement]) -> str:
    description = (inspect.getdoc(kind) or "").partition("\nExample:\n")[0].strip()
    return f"## {kind.__name__}\n\n{description}\n\n```sql\n{example(kind)}\n```"


def functions_page() -> str:
    """Return the page about functions."""
    parts = [f"{_HEAD}\n\n# InfluxQL: functions"]
    for kind in Kind:
        parts.append(f"## {kind.name.capitalize()}: {kind.value}")
        parts += (_function(each) for each in FUNCTIONS.values() if each.kind is kind)
    return "\n\n".join(parts) + "\n"


def _function(function: Function) -> str:
    types = ", ".join(function.types) or "any type"
    gives = "the type of its field" if function.gives == "same" else function.gives
    since = f" Since InfluxDB {function.since}." if function.since else ""
    return (
        f"### {function.signature}\n\n{function.summary}. Takes {types}; returns {gives}.{since}"
        f"\n\n```sql\n{function.example}\n```"
    )


PAGES: Final = {
    "influxql-statements.md": statements_page,
    "influxql-functions.md": functions_page,
}
"""The function that writes each page."""


def write_pages(folder: Path) -> None:
    """Write every page into a folder."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
