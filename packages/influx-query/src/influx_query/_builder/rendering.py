"""Renders the parts of a query as text: with its values in it, or with the values beside it.

A writer turns one node into text; the writer of a query decides where its values go.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TypeAlias

from influx_query._clauses.clause_nodes import Measurement
from influx_query._expressions.expression_nodes import BoundParameter, Expr
from influx_query._expressions.literals import (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    TimeLiteral,
)
from influx_query._text.durations import format_duration
from influx_query._text.quoting import quote_ident
from influx_query._text.timestamps import format_time
from influx_query._tree.node import Node, Pieces, node, render
from influx_query._tree.traversal import transform

Writer: TypeAlias = Callable[[Node], str]


@node
class RawText(Expr):
    """InfluxQL as the user wrote it."""

    text: str

    def _pieces(self, wire: bool) -> Pieces:
        yield self.text


@node
class QuotedName(Expr):
    """A name that is quoted even where it need not be."""

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield quote_ident(self.name)


@node
class QuotedMeasurement(Measurement):
    """A measurement whose name is quoted even where it need not be."""

    def _pieces(self, wire: bool) -> Pieces:
        policy = quote_ident(self.retention_policy) if self.retention_policy else ""
        if self.database:
            yield f"{quote_ident(self.database)}.{policy}."
        elif policy:
            yield f"{policy}."
        yield quote_ident(self.name) if self.regex is None else self.regex


@node
class UpperCaseBoolean(BooleanLiteral):
    """A boolean in capitals, as conditions by keyword have always printed it."""

    def _pieces(self, wire: bool) -> Pieces:
        yield str(self.value).upper()


def write_literally(part: Node) -> str:
    """Return the text of a node with its values in it."""
    return render(part)


class Binder:
    """Renders nodes with a ``$name`` for each value, and collects the values.

    Args:
        taken: Names that the query uses already.

    Attributes:
        params: The values by name, as the `params` of a request take them.
    """

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self.params: dict[str, object] = {}
        self._names = (name for name in map("p{}".format, count()) if name not in taken)

    def __call__(self, part: Node) -> str:
        """Return the text of a node."""
        return render(transform(part, self._bind))

    def _bind(self, part: Node) -> Node:
        value = _parameter(part)
        if value is None:
            return part
        name = next(self._names)
        self.params[name] = value
        return BoundParameter(name)


def _parameter(part: Node) -> object:
    """Return a literal as a parameter; None for other nodes, and for what JSON can't carry."""
    match part:
        case StringLiteral() | BooleanLiteral() | IntegerLiteral():
            return part.value
        case NumberLiteral():
            return part.value if "e" not in repr(part.value) else None
        case DurationLiteral():
            return {"duration": format_duration(part.value)}
        case RegexLiteral():
            return {"regex": part.pattern}
        case TimeLiteral():
            return format_time(part.value)
        case _:
            return None
