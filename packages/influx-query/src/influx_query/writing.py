"""Writing a query's parts as text: with its values in it, or with the values beside it.

A writer turns one node into text; which writer a query uses decides where values go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from influx_query import quoting
from influx_query.nodes import (
    BooleanLiteral,
    BoundParameter,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    Measurement,
    Node,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    TimeLiteral,
    render,
)
from influx_query.nodes.base import Pieces, node
from influx_query.walking import transform

Writer: TypeAlias = Callable[[Node], str]


@node
class RawText(Expr):
    """InfluxQL as the user wrote it."""

    text: str

    def _pieces(self, wire: bool) -> Pieces:
        yield self.text


@node
class QuotedName(Expr):
    """A name that stands in quotes even where it could do without."""

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield quoting.quote_ident(self.name)


@node
class QuotedMeasurement(Measurement):
    """A measurement whose name stands in quotes even where it could do without."""

    def _pieces(self, wire: bool) -> Pieces:
        policy = quoting.quote_ident(self.retention_policy) if self.retention_policy else ""
        if self.database:
            yield f"{quoting.quote_ident(self.database)}.{policy}."
        elif policy:
            yield f"{policy}."
        yield quoting.quote_ident(self.name) if self.regex is None else self.regex


@node
class UpperCaseBoolean(BooleanLiteral):
    """A boolean in capitals, as raw conditions have always had it."""

    def _pieces(self, wire: bool) -> Pieces:
        yield str(self.value).upper()


def write_literally(part: Node) -> str:
    """Write a node with its values in it."""
    return render(part)


class Binder:
    """Writes nodes with a ``$name`` for each value, and collects the values.

    Attributes:
        params: The values by name, as the `params` of a request take them.
    """

    def __init__(self) -> None:
        self.params: dict[str, object] = {}

    def __call__(self, part: Node) -> str:
        """Write a node."""
        return render(transform(part, self._bind))

    def _bind(self, part: Node) -> Node:
        value = _parameter(part)
        if value is None:
            return part
        name = f"p{len(self.params)}"
        self.params[name] = value
        return BoundParameter(name)


def _parameter(part: Node) -> object:
    """Give a literal as a parameter; None for what is no literal, or none JSON can carry."""
    match part:
        case StringLiteral() | BooleanLiteral() | IntegerLiteral():
            return part.value
        case NumberLiteral():
            return part.value if "e" not in repr(part.value) else None
        case DurationLiteral():
            return {"duration": quoting.format_duration(part.value)}
        case RegexLiteral():
            return {"regex": part.pattern}
        case TimeLiteral():
            return quoting.format_time(part.value)[1:-1]
        case _:
            return None
